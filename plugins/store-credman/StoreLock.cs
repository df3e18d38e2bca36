using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>
/// Orders changes, of this process and of others of the logon session. Readers need none: a value changes with one
/// credential. Advisory: it does not keep out other tools.
/// </summary>
/// <param name="name">A name of a system object; null for this object alone.</param>
internal sealed class StoreLock(string? name) : IDisposable
{
    internal const string DefaultName = @"Local\keychain-auth.store-credman";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly Mutex _mutex = new(initiallyOwned: false, name);

    /// <summary>Does something while nobody else changes anything. Blocks.</summary>
    /// <exception cref="StoreException">Somebody else did not finish.</exception>
    internal T Run<T>(Func<T> change)
    {
        bool isHeld;
        try
        {
            isHeld = _mutex.WaitOne(Patience);
        }
        catch (AbandonedMutexException)
        {
            // Its holder died. Whatever it left behind is an old value or a new one, and pieces that belong to nothing.
            isHeld = true;
        }

        if (!isHeld)
        {
            throw new StoreException(StoreError.Timeout, "Another process has been changing the Credential Manager for too long.");
        }

        try
        {
            return change();
        }
        finally
        {
            _mutex.ReleaseMutex();
        }
    }

    public void Dispose() => _mutex.Dispose();
}
