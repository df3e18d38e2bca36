using System.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>A growing buffer for the file's image. It is pinned, and what it outgrows is zeroed.</summary>
internal sealed class PinnedWriter(int capacity) : IDisposable
{
    private SecretBuffer _buffer = new(capacity);

    internal int Length { get; private set; }

    internal ReadOnlySpan<byte> Written => _buffer.Span[..Length];

    /// <summary>Room for at least <paramref name="count"/> bytes; <see cref="Advance"/> says how many were used.</summary>
    /// <exception cref="StoreException">The file would exceed its limit.</exception>
    internal Span<byte> Reserve(int count)
    {
        long needed = (long)Length + count;
        if (needed > KeyringFormat.MaxFileBytes)
        {
            throw new StoreException(StoreError.TooLarge, $"The keyring file would exceed {KeyringFormat.MaxFileBytes} bytes; store large values elsewhere or delete some first.");
        }

        if (needed > _buffer.Length)
        {
            SecretBuffer larger = new((int)Math.Min(Math.Max(needed, _buffer.Length * 2L), KeyringFormat.MaxFileBytes));
            Written.CopyTo(larger.Span);
            _buffer.Dispose();
            _buffer = larger;
        }

        return _buffer.Span[Length..];
    }

    internal void Advance(int count) => Length += count;

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    internal void Write(string text) => Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));

    public void Dispose() => _buffer.Dispose();
}
