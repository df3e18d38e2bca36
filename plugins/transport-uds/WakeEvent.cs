using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>Tells the accepting thread to stop. Once set it stays set.</summary>
internal sealed class WakeEvent : IDisposable
{
    internal WakeEvent()
    {
        Handle = Libc.EventFd();
        if (Handle.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new TransportException(TransportError.Failed, $"No event descriptor could be created: {Describe(error)}.", error);
        }
    }

    internal SafeFileHandle Handle { get; }

    internal void Set()
    {
        if (Libc.EventFdWrite(Handle, 1) < 0 && Marshal.GetLastPInvokeError() is var error && error != Errno.EAGAIN)
        {
            throw new TransportException(TransportError.Failed, $"The accepting thread cannot be woken: {Describe(error)}.", error);
        }
    }

    public void Dispose() => Handle.Dispose();
}
