using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>Tells the accepting thread to stop, by a byte in a pipe that poll(2) sees. Once set it stays set.</summary>
internal sealed class WakeEvent : IDisposable
{
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.Out, HandleInheritability.None);
    private int _isSet;

    /// <summary>What becomes readable.</summary>
    internal SafePipeHandle Handle => _pipe.ClientSafePipeHandle;

    internal void Set()
    {
        if (Interlocked.Exchange(ref _isSet, 1) == 0)
        {
            _pipe.WriteByte(1);
        }
    }

    public void Dispose()
    {
        Handle.Dispose();
        _pipe.Dispose();
    }
}
