using System.Buffers;
using System.Runtime.InteropServices;

namespace KeychainAuth.Plugins.VerifyLinux.Processes;

/// <summary>
/// The content of a file of /proc, read raw into a rented buffer. Such files hold addresses and names, never secrets, so
/// the buffer goes back as it is.
/// </summary>
internal sealed class ProcText : IDisposable
{
    private byte[]? _buffer;
    private int _length;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>The error number of a failed read; 0 where the text was longer than allowed.</summary>
    public int Error { get; private set; }

    /// <summary>
    /// Reads from the beginning to the end. The kernel writes a long text piece by piece: it is a true picture only of
    /// a process that does not change meanwhile.
    /// </summary>
    /// <param name="file">An open file of /proc.</param>
    /// <param name="limit">More than this is refused: a process decides how much it maps.</param>
    public bool TryRead(SafeHandle file, int limit)
    {
        _length = 0;
        _buffer ??= ArrayPool<byte>.Shared.Rent(8192);
        while (true)
        {
            if (_length == _buffer.Length && !TryGrow(limit))
            {
                Error = 0;
                return false;
            }

            int count = Interop.Libc.PRead(file, _buffer.AsSpan(_length), _length);
            if (count < 0)
            {
                Error = Marshal.GetLastPInvokeError();
                return false;
            }

            if (count == 0)
            {
                return true;
            }

            _length += count;
        }
    }

    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TryGrow(int limit)
    {
        if (_length >= limit)
        {
            return false;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(_length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer!);
        _buffer = larger;
        return true;
    }
}
