using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;

namespace KeychainAuth.Plugins.TransportPipe;

/// <summary>Reads what a pipe holds already, without waiting. For one reader.</summary>
[SupportedOSPlatform("windows")]
internal sealed class PipeReader : IDisposable
{
    // Windows announces an overlapped operation to the completion port unless the lowest bit of its event is set.
    private const nint NoCompletionPort = 1;

    private readonly ManualResetEvent _done = new(initialState: false);

    /// <summary>Reads at most as many bytes as there are.</summary>
    /// <returns>How many; 0 when there are none now, or the pipe has ended: the stream then says which.</returns>
    internal unsafe int TryRead(SafePipeHandle pipe, Span<byte> buffer)
    {
        if (buffer.IsEmpty || !PeekNamedPipe(pipe, null, 0, null, out uint available, null) || available == 0)
        {
            return 0;
        }

        bool added = false;
        SafeWaitHandle done = _done.SafeWaitHandle;
        try
        {
            done.DangerousAddRef(ref added);
            var overlapped = new Interop.OVERLAPPED { hEvent = done.DangerousGetHandle() | NoCompletionPort };
            fixed (byte* bytes = buffer)
            {
                // There is something to read and nobody else who reads, so this does not wait.
                bool started = ReadFile(pipe, bytes, (uint)Math.Min(buffer.Length, available), null, &overlapped)
                    || Marshal.GetLastPInvokeError() == Interop.WinError.ERROR_IO_PENDING;
                return started && GetOverlappedResult(pipe, &overlapped, out uint count, bWait: true) ? (int)count : 0;
            }
        }
        finally
        {
            if (added)
            {
                done.DangerousRelease();
            }
        }
    }

    public void Dispose() => _done.Dispose();
}
