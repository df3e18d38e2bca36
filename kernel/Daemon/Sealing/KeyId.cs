using System.Buffers.Binary;
using System.Globalization;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>
/// Names a key without giving anything of it away: it is derived from the key (<see cref="SealingKey"/>), so that a key
/// can be told from a wrong one before anything is opened with it.
/// </summary>
internal readonly record struct KeyId(ulong Value)
{
    internal const int Length = sizeof(ulong);

    internal static KeyId Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes));

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    internal static KeyId? Parse(string? text) =>
        text is { Length: 2 * Length } && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            ? new KeyId(value)
            : null;

    internal void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, Value);

    /// <summary>16 lower hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
