using System.Buffers;
using System.Buffers.Text;
using System.Collections.ObjectModel;
using System.Text.Json;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>
/// Parses the image of a keyring file. Strict where guessing could lose a secret, tolerant of what other tools write:
/// any whitespace, any order, unknown members, a missing <c>public</c>, escaped base64, a byte order mark; the last
/// duplicate wins. Values go from the image into pinned buffers and nowhere else; messages name places, never content.
/// </summary>
internal ref struct KeyringReader
{
    private readonly ReadOnlySpan<byte> _image;
    private readonly string _path;
    private readonly int _offset;
    private Utf8JsonReader _json;

    private KeyringReader(ReadOnlySpan<byte> image, string path)
    {
        _offset = image.StartsWith(KeyringFormat.ByteOrderMark) ? KeyringFormat.ByteOrderMark.Length : 0;
        _image = image[_offset..];
        _path = path;
        _json = new Utf8JsonReader(_image, new JsonReaderOptions { MaxDepth = KeyringFormat.MaxDepth });
    }

    /// <summary>Parses an image; the caller disposes the result.</summary>
    /// <exception cref="StoreException"><see cref="StoreError.Corrupt"/>, with the place.</exception>
    internal static Keyring Parse(ReadOnlySpan<byte> image, string path)
    {
        if (image.IsEmpty)
        {
            // Not taken for an empty keyring: a tool that died between truncating and writing leaves exactly this.
            throw new StoreException(StoreError.Corrupt, $"The keyring '{path}' is empty (0 bytes), which no keyring is; restore it from a backup, or delete it to begin anew.");
        }

        KeyringReader reader = new(image, path);
        Keyring keyring = new();
        try
        {
            reader.ReadInto(keyring);
            return keyring;
        }
        catch (JsonException exception)
        {
            // The parser's own message may quote a byte of the file, so it is not passed on.
            keyring.Dispose();
            throw Corrupt(path, "is not valid JSON", exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0);
        }
        catch
        {
            keyring.Dispose();
            throw;
        }
    }

    private void ReadInto(Keyring keyring)
    {
        Next();
        Expect(JsonTokenType.StartObject, "must be one JSON object");
        while (Next() == JsonTokenType.PropertyName)
        {
            int member = TokenStart;
            string key = ReadString();
            Next();
            int separator = key.IndexOf(KeyringFormat.Separator, StringComparison.Ordinal);
            if (separator < 0)
            {
                Skip();
                keyring.AddForeign(Raw(member));
                continue;
            }

            Expect(JsonTokenType.StartObject, "must hold an object under each key");
            keyring.Set(key[..separator], key[(separator + 1)..], ReadEntry());
        }

        // Anything but whitespace after the object is an error that only reading on brings to light.
        if (_json.Read())
        {
            throw Misplaced("must end after its object");
        }
    }

    private KeyringEntry ReadEntry()
    {
        int start = TokenStart;
        SecretBuffer? value = null;
        SecretBuffer? publicPart = null;
        IReadOnlyDictionary<string, string> attributes = ReadOnlyDictionary<string, string>.Empty;
        using ForeignMembers foreign = new();
        try
        {
            while (Next() == JsonTokenType.PropertyName)
            {
                int member = TokenStart;
                if (_json.ValueTextEquals(KeyringFormat.Private))
                {
                    Next();
                    value?.Dispose();
                    value = null;
                    value = ReadValue();
                }
                else if (_json.ValueTextEquals(KeyringFormat.Public))
                {
                    Next();
                    int content = TokenStart;
                    Skip();
                    publicPart?.Dispose();
                    publicPart = _image[content..Position].SequenceEqual(KeyringFormat.EmptyPublic) ? null : Raw(content);
                }
                else if (_json.ValueTextEquals(KeyringFormat.Attributes))
                {
                    Next();
                    attributes = ReadAttributes();
                }
                else
                {
                    Next();
                    Skip();
                    foreign.Add(_image[member..Position]);
                }
            }

            if (value is null)
            {
                throw Corrupt("has an entry without 'private'", start);
            }

            return new KeyringEntry(value, attributes, foreign.Take(), publicPart);
        }
        catch
        {
            value?.Dispose();
            publicPart?.Dispose();
            throw;
        }
    }

    // null is what Go writes for a nil byte slice.
    private SecretBuffer ReadValue()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return new SecretBuffer(0);
        }

        Expect(JsonTokenType.String, "must hold base64 text under 'private'");
        if (!_json.ValueIsEscaped)
        {
            return Decode(_json.ValueSpan);
        }

        // Some serialisers escape '+' or '/'.
        using SecretBuffer unescaped = new(_json.ValueSpan.Length);
        try
        {
            int length = _json.CopyString(unescaped.Span);
            return Decode(unescaped.Span[..length]);
        }
        catch (InvalidOperationException)
        {
            throw Misplaced("holds a string that is not valid Unicode");
        }
    }

    private readonly SecretBuffer Decode(ReadOnlySpan<byte> base64)
    {
        using SecretBuffer decoded = new(Base64.GetMaxDecodedFromUtf8Length(base64.Length));
        if (Base64.DecodeFromUtf8(base64, decoded.Span, out _, out int written) != OperationStatus.Done)
        {
            throw Misplaced("holds a 'private' that is not base64");
        }

        return new SecretBuffer(decoded.Span[..written]);
    }

    private ReadOnlyDictionary<string, string> ReadAttributes()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return ReadOnlyDictionary<string, string>.Empty;
        }

        Expect(JsonTokenType.StartObject, "must hold an object under 'attributes'");
        Dictionary<string, string> attributes = new(StringComparer.Ordinal);
        while (Next() == JsonTokenType.PropertyName)
        {
            string name = ReadString();
            Next();
            Expect(JsonTokenType.String, "must hold text under each attribute");
            attributes[name] = ReadString();
        }

        return attributes.AsReadOnly();
    }

    private readonly int TokenStart => (int)_json.TokenStartIndex;

    private readonly int Position => (int)_json.BytesConsumed;

    // A complete image makes Read throw rather than end inside a value; false would mean that the parser changed.
    private JsonTokenType Next() => _json.Read() ? _json.TokenType : throw Misplaced("ends too early");

    private void Skip() => _json.Skip();

    private readonly SecretBuffer Raw(int start) => new(_image[start..Position]);

    // Only for names and attributes: never for a value.
    private readonly string ReadString()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Misplaced("holds a string that is not valid Unicode");
        }
    }

    private readonly void Expect(JsonTokenType type, string otherwise)
    {
        if (_json.TokenType != type)
        {
            throw Misplaced(otherwise);
        }
    }

    private readonly StoreException Misplaced(string what) => Corrupt(what, TokenStart);

    private readonly StoreException Corrupt(string what, int position)
    {
        ReadOnlySpan<byte> before = _image[..Math.Min(position, _image.Length)];
        return Corrupt(_path, what, before.Count((byte)'\n'), before.Length - (before.LastIndexOf((byte)'\n') + 1));
    }

    private static StoreException Corrupt(string path, string what, long line, long column) => new(
        StoreError.Corrupt,
        $"The keyring '{path}' {what} (line {line + 1}, byte {column + 1}); it is left as it is: mend it there, or restore it from a backup.");
}
