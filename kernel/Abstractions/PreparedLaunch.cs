namespace KeychainAuth.Plugin;

/// <summary>
/// A verified program that a launcher is about to become. Granted, it is waited for: the next image of the launcher's
/// process counts as launched if it is this program. Disposing ends the waiting; a process that has become the program
/// by then stays launched for as long as it runs it.
/// </summary>
public abstract class PreparedLaunch : IAsyncDisposable
{
    /// <summary>The absolute path of the program, or of the interpreter of a script.</summary>
    public abstract string ExecutablePath { get; }

    /// <summary>SHA-256 of that file: 64 lower-case hexadecimal digits.</summary>
    public abstract string Sha256 { get; }

    /// <summary>The script, hashed in the copy that the interpreter reads; null where the program is not a script's interpreter.</summary>
    public virtual CodeFile? Script => null;

    /// <summary>As <see cref="VerifiedPeer.Evidence"/>, for a person who approves.</summary>
    public abstract IReadOnlyDictionary<string, string> Evidence { get; }

    /// <summary>Waits for the program from now on. Called before the launcher is told.</summary>
    public abstract void Grant();

    /// <summary>
    /// Looks what has become of the launcher's process, once its connection has ended. Not needed for the process to
    /// count as launched, but the sooner this is asked, the less can happen in between.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where the process runs the program and counts as launched; else one sentence for the audit log.</returns>
    public abstract ValueTask<string?> CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Ends the waiting.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
