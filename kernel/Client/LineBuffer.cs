using System.Security.Cryptography;

namespace KeychainAuth.Client;

/// <summary>
/// Received bytes, taken out line by line: memory that the garbage collector does not move, zeroed as soon as a line has
/// been used or the memory outgrown.
/// </summary>
internal sealed class LineBuffer : IDisposable
{
    private const int InitialCapacity = 16 * 1024;

    private readonly int _maxLineBytes;
    private byte[] _bytes = Allocate(InitialCapacity);
    private int _length;
    private int _searched;

    /// <param name="maxLineBytes">Longest line that is accepted, without its line feed.</param>
    internal LineBuffer(int maxLineBytes) => _maxLineBytes = maxLineBytes;

    /// <summary>Whether bytes are there that belong to no whole line yet.</summary>
    internal bool IsEmpty => _length == 0;

    /// <summary>Room for the next bytes.</summary>
    /// <returns>Empty when the line is longer than is accepted.</returns>
    internal Memory<byte> Reserve()
    {
        if (_length == _bytes.Length && _length <= _maxLineBytes)
        {
            byte[] grown = Allocate((int)Math.Min(2L * _bytes.Length, _maxLineBytes + 1L));
            _bytes.CopyTo(grown.AsSpan());
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = grown;
        }

        return _bytes.AsMemory(_length);
    }

    /// <summary>Says how many bytes were put into <see cref="Reserve"/>.</summary>
    internal void Advance(int count) => _length += count;

    /// <summary>Looks for a whole line.</summary>
    /// <returns>Its length without the line feed, or -1.</returns>
    internal int FindLine()
    {
        int index = _bytes.AsSpan(_searched, _length - _searched).IndexOf((byte)'\n');
        if (index >= 0)
        {
            return _searched + index;
        }

        _searched = _length;
        return -1;
    }

    internal ReadOnlySpan<byte> Line(int length) => _bytes.AsSpan(0, length);

    /// <summary>Forgets a line and zeroes it.</summary>
    internal void Consume(int length)
    {
        int rest = Math.Max(_length - (length + 1), 0);
        _bytes.AsSpan(_length - rest, rest).CopyTo(_bytes);
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(rest, _length - rest));
        _length = rest;
        _searched = 0;
        if (rest == 0 && _bytes.Length > InitialCapacity)
        {
            _bytes = Allocate(InitialCapacity);
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _length = 0;
        _searched = 0;
    }

    private static byte[] Allocate(int capacity) => GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
}
