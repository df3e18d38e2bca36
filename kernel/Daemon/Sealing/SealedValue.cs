using System.Buffers.Binary;
using System.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// What is inside the box of a value: <c>sequence(8) attribute-bytes(4) attributes value</c>, an attribute being
/// <c>length(4) name length(4) text</c>. Attributes stay readable beside the box, because searching must work without
/// opening values; the copy in here shows whether they were changed there.
/// </summary>
/// <param name="Sequence">Grows with every write of the same target.</param>
/// <param name="Attributes">As written.</param>
/// <param name="Value">The value; owned by whoever holds this.</param>
internal sealed record SealedValue(ulong Sequence, IReadOnlyDictionary<string, string> Attributes, SecretBuffer Value) : IDisposable
{
    private const int SequenceLength = sizeof(ulong);
    private const int FixedLength = SequenceLength + sizeof(int);

    /// <summary>How much longer a sealed value is than the value, when it has no attributes.</summary>
    internal const int Overhead = SealedBox.Overhead + FixedLength;

    internal static SecretBuffer Encode(ulong sequence, IReadOnlyDictionary<string, string> attributes, ReadOnlySpan<byte> value)
    {
        byte[] names = Place.Join([.. attributes.OrderBy(a => a.Key, StringComparer.Ordinal)
            .SelectMany(a => (byte[][])[Encoding.UTF8.GetBytes(a.Key), Encoding.UTF8.GetBytes(a.Value)])]);
        var encoded = new SecretBuffer(checked(FixedLength + names.Length + value.Length));
        BinaryPrimitives.WriteUInt64BigEndian(encoded.Span, sequence);
        BinaryPrimitives.WriteInt32BigEndian(encoded.Span[SequenceLength..], names.Length);
        names.CopyTo(encoded.Span[FixedLength..]);
        value.CopyTo(encoded.Span[(FixedLength + names.Length)..]);
        return encoded;
    }

    /// <summary>Reads what <see cref="Encode"/> made.</summary>
    /// <exception cref="FormatException">It did not: authenticated, and yet not ours to read.</exception>
    internal static SealedValue Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.Length < FixedLength)
        {
            throw new FormatException("too short");
        }

        ulong sequence = BinaryPrimitives.ReadUInt64BigEndian(encoded);
        ReadOnlySpan<byte> rest = encoded[SequenceLength..];
        ReadOnlySpan<byte> fields = Take(ref rest);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!fields.IsEmpty)
        {
            string name = Encoding.UTF8.GetString(Take(ref fields));
            attributes[name] = Encoding.UTF8.GetString(Take(ref fields));
        }

        return new SealedValue(sequence, attributes, new SecretBuffer(rest));
    }

    public void Dispose() => Value.Dispose();

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest)
    {
        int length = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32BigEndian(rest);
        if (length < 0 || length > rest.Length - sizeof(int))
        {
            throw new FormatException("a length beyond the end");
        }

        ReadOnlySpan<byte> field = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return field;
    }
}
