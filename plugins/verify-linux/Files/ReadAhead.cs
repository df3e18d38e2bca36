using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// Reads a file from its beginning in large parts. The next part of a large file is read on the pool while the caller works
/// on this one, so such a caller has a thread of its own that may wait. Not thread-safe.
/// </summary>
internal sealed class ReadAhead(SafeFileHandle file, long size) : IDisposable
{
    private const int SmallPartBytes = 256 * 1024;
    private const int LargePartBytes = 1024 * 1024;

    private readonly bool _isLarge = HashingLanes.IsLarge((ulong)size);
    private byte[] _current = [];
    private byte[] _next = [];
    private Task<(int Count, int Error)>? _reading;
    private long _offset;

    /// <summary>Reads no further than the size that the file had: one that grows under our eyes has an end.</summary>
    /// <param name="part">The next part, valid until the next call; empty at the end.</param>
    /// <returns>False when the file cannot be read, with errno set.</returns>
    internal bool TryRead(out ReadOnlySpan<byte> part)
    {
        (int count, int error) = _reading is null ? Read(ref _next, _offset) : _reading.GetAwaiter().GetResult();
        _reading = null;
        (_current, _next) = (_next, _current);
        part = _current.AsSpan(0, Math.Max(count, 0));
        _offset += part.Length;
        if (_isLarge && count > 0 && _offset < size)
        {
            _reading = Task.Run(() => Read(ref _next, _offset));
        }

        Marshal.SetLastPInvokeError(error);
        return count >= 0;
    }

    public void Dispose()
    {
        // Until it has ended it writes into a buffer that somebody else would get.
        _reading?.Wait();
        Return(_current);
        Return(_next);
    }

    private (int Count, int Error) Read(ref byte[] buffer, long offset)
    {
        if (buffer.Length == 0)
        {
            buffer = ArrayPool<byte>.Shared.Rent(_isLarge ? LargePartBytes : SmallPartBytes);
        }

        int count = Interop.Libc.PRead(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, size - offset)), offset);
        return (count, Marshal.GetLastPInvokeError());
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
