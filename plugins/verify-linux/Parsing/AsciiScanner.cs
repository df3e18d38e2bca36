namespace KeychainAuth.Plugins.VerifyLinux.Parsing;

/// <summary>
/// Reads the fields of a line of /proc from left to right, without allocating. A field that is missing or does not fit
/// makes the reading fail: nothing is skipped and nothing guessed.
/// </summary>
internal ref struct AsciiScanner(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Takes one given character.</summary>
    public bool Take(byte character)
    {
        if (_rest.IsEmpty || _rest[0] != character)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    /// <summary>Takes the next character, whatever it is.</summary>
    public bool TakeAny(out byte character)
    {
        if (_rest.IsEmpty)
        {
            character = 0;
            return false;
        }

        character = _rest[0];
        _rest = _rest[1..];
        return true;
    }

    /// <summary>Takes one or more spaces or tabs.</summary>
    public bool TakeBlanks()
    {
        int count = 0;
        while (count < _rest.Length && _rest[count] is (byte)' ' or (byte)'\t')
        {
            count++;
        }

        _rest = _rest[count..];
        return count > 0;
    }

    /// <summary>Takes one or more decimal digits that fit.</summary>
    public bool TakeDecimal(out ulong value) => TakeNumber(10, out value);

    /// <summary>Takes one or more hexadecimal digits that fit.</summary>
    public bool TakeHex(out ulong value) => TakeNumber(16, out value);

    /// <summary>Takes a decimal number of 32 bits.</summary>
    public bool TakeDecimal(out uint value) => Narrow(TakeDecimal(out ulong wide), wide, out value);

    /// <summary>Takes a hexadecimal number of 32 bits.</summary>
    public bool TakeHex(out uint value) => Narrow(TakeHex(out ulong wide), wide, out value);

    private static bool Narrow(bool taken, ulong wide, out uint value)
    {
        value = unchecked((uint)wide);
        return taken && wide <= uint.MaxValue;
    }

    private bool TakeNumber(uint radix, out ulong value)
    {
        value = 0;
        int count = 0;
        while (count < _rest.Length && Digit(_rest[count]) is uint digit && digit < radix)
        {
            if (value > (ulong.MaxValue - digit) / radix)
            {
                return false;
            }

            value = (value * radix) + digit;
            count++;
        }

        _rest = _rest[count..];
        return count > 0;
    }

    private static uint Digit(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => (uint)(character - '0'),
        >= (byte)'a' and <= (byte)'f' => (uint)(character - 'a' + 10),
        _ => uint.MaxValue,
    };
}
