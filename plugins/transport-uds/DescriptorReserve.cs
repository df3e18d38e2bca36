using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// Descriptors held for bad times. A .NET process that has not one left can die ("Out of memory": the runtime needs
/// one now and then, for a thread or an assembly), so a crowd of connections must not take the last. These are held
/// while connections are accepted and given back the moment the limit is hit, when accepting pauses. Not guaranteed:
/// that nobody else in the process takes them; and each attempt to take them again uses the last free ones for some
/// microseconds. For one thread.
/// </summary>
internal sealed class DescriptorReserve(ISocketSystem system, SafeHandle source) : IDisposable
{
    private const int Size = 16;
    private readonly List<SafeFileHandle> _held = new(Size);

    /// <summary>Holds the reserve; does nothing while it is held.</summary>
    /// <param name="error">Why there is no room; 0 when there is.</param>
    /// <returns>False, holding nothing, when there is no room for it.</returns>
    internal bool Take(out int error)
    {
        error = 0;
        while (_held.Count < Size)
        {
            var copy = new SafeFileHandle(system.Duplicate(source), ownsHandle: true);
            if (copy.IsInvalid)
            {
                error = Marshal.GetLastPInvokeError();
                copy.Dispose();
                Release();
                return false;
            }

            _held.Add(copy);
        }

        return true;
    }

    internal void Release()
    {
        foreach (SafeFileHandle copy in _held)
        {
            copy.Dispose();
        }

        _held.Clear();
    }

    public void Dispose() => Release();
}
