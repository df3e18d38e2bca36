using System.Security.Cryptography;

namespace KeychainAuth.Core.Protocol;

/// <summary>
/// A growing buffer for lines that carry secrets: memory that the garbage collector does not move, zeroed when it is
/// outgrown, cleared or disposed, so that no copy of a value is left behind.
/// </summary>
internal sealed class PinnedBufferWriter : IDisposable
{
    private const int InitialCapacity = 1024;

    // What one large line needed is not kept for the life of an idle connection.
    private const int KeptCapacity = 16 * 1024;

    private byte[] _bytes = [];
    private int _length;

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    internal void Write(byte value)
    {
        Reserve(1)[0] = value;
        _length++;
    }

    /// <summary>Zeroes what was written and starts anew.</summary>
    internal void Clear()
    {
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(0, _length));
        _length = 0;
        if (_bytes.Length > KeptCapacity)
        {
            _bytes = [];
        }
    }

    public void Dispose()
    {
        Clear();
        _bytes = [];
    }

    private Span<byte> Reserve(int count)
    {
        int needed = checked(_length + count);
        if (needed > _bytes.Length)
        {
            int capacity = (int)Math.Min(Array.MaxLength, Math.Max(Math.Max(2L * _bytes.Length, InitialCapacity), needed));
            byte[] grown = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
            _bytes.AsSpan(0, _length).CopyTo(grown);
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = grown;
        }

        return _bytes.AsSpan(_length);
    }
}
