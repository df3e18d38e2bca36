using System.Buffers;
using System.Security.Cryptography;

namespace KeychainAuth.Plugin;

/// <summary>
/// Bytes of a secret, in memory that the garbage collector does not move and that is zeroed on disposal. Not
/// thread-safe. Not guaranteed: that the operating system never writes the page to swap.
/// </summary>
public sealed class SecretBuffer : MemoryManager<byte>
{
    private readonly byte[] _bytes;
    private bool _disposed;

    /// <summary>Creates a buffer of zeroes.</summary>
    /// <param name="length">Its length in bytes; 0 is allowed.</param>
    public SecretBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _bytes = length == 0 ? [] : GC.AllocateUninitializedArray<byte>(length, pinned: true);
        Array.Clear(_bytes);
    }

    /// <summary>Creates a buffer with a copy of <paramref name="source"/>; the caller keeps, and zeroes, the original.</summary>
    /// <param name="source">The bytes to copy.</param>
    public SecretBuffer(ReadOnlySpan<byte> source)
        : this(source.Length) => source.CopyTo(_bytes);

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public Span<byte> Span => GetSpan();

    /// <summary>The number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <inheritdoc cref="Span"/>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _bytes;
    }

    /// <summary>The bytes already do not move; returns their address.</summary>
    /// <param name="elementIndex">An offset in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is outside the buffer.</exception>
    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_bytes.Length);
        return _bytes.AsMemory(elementIndex).Pin();
    }

    /// <summary>Does nothing: the bytes never move.</summary>
    public override void Unpin()
    {
    }

    /// <summary>Zeroes the bytes.</summary>
    public void Dispose() => Dispose(disposing: true);

    /// <summary>Never the content.</summary>
    public override string ToString() => "***";

    /// <summary>Zeroes the bytes.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected override void Dispose(bool disposing)
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }
}
