using System.Text.Json;
using System.Text.Unicode;
using KeychainAuth.Plugin;

namespace KeychainAuth.Core.Protocol;

/// <summary>
/// Decodes one line of a daemon. Values go from the receive buffer into pinned memory and never become strings. Unknown
/// properties and unknown line types' fields are skipped, so that a later daemon may say more.
/// </summary>
internal ref struct ResponseReader
{
    private const int MaxDepth = 64;

    private readonly List<ResponseItem> _results = [];
    private Utf8JsonReader _json;
    private string? _type;
    private string? _status;
    private string? _reason;
    private string? _message;
    private string? _version;
    private int _protocol;

    private ResponseReader(ReadOnlySpan<byte> line) =>
        _json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <param name="line">One line without its line feed.</param>
    /// <returns>The message, which the caller disposes.</returns>
    /// <exception cref="MalformedMessageException">It is not what a daemon may say.</exception>
    internal static ServerMessage Read(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            throw Malformed("it is not valid UTF-8");
        }

        var reader = new ResponseReader(line);
        try
        {
            reader.ReadObject();
            return reader.Build();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            reader.DisposeResults();

            // Without the cause: a JSON exception may quote the line, which may hold a secret.
            throw Malformed("it is not the JSON that was expected");
        }
        catch
        {
            reader.DisposeResults();
            throw;
        }
    }

    private void ReadObject()
    {
        Expect(_json.Read() && _json.TokenType == JsonTokenType.StartObject);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            string name = _json.GetString()!;
            _json.Read();
            ReadProperty(name);
        }

        // Throws on anything after the object.
        _json.Read();
    }

    private void ReadProperty(string name)
    {
        switch (name)
        {
            case "type":
                _type = ReadString();
                break;
            case "status":
                _status = ReadString();
                break;
            case "reason":
                _reason = ReadString();
                break;
            case "message":
                _message = ReadString();
                break;
            case "version":
                _version = ReadString();
                break;
            case "protocol":
                Expect(_json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out _protocol));
                break;
            case "results":
                ReadResults();
                break;
            default:
                _json.Skip();
                break;
        }
    }

    private readonly string? ReadString()
    {
        Expect(_json.TokenType is JsonTokenType.String or JsonTokenType.Null);
        return _json.GetString();
    }

    private void ReadResults()
    {
        DisposeResults();
        _results.Clear();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(_json.TokenType == JsonTokenType.StartArray);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            ReadResult();
        }
    }

    private void ReadResult()
    {
        Expect(_json.TokenType == JsonTokenType.StartObject);
        string? target = null;
        SecretBuffer? value = null;
        Dictionary<string, string> attributes = [];
        try
        {
            while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            {
                string name = _json.GetString()!;
                _json.Read();
                switch (name)
                {
                    case "target":
                        target = ReadString();
                        break;
                    case "value":
                        value?.Dispose();
                        value = ReadSecret();
                        break;
                    case "attributes":
                        attributes = ReadAttributes();
                        break;
                    default:
                        _json.Skip();
                        break;
                }
            }

            Expect(target is not null);
            _results.Add(new ResponseItem(target!, value, attributes));
        }
        catch
        {
            value?.Dispose();
            throw;
        }
    }

    private readonly SecretBuffer? ReadSecret()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Expect(_json.TokenType == JsonTokenType.String);
        if (!_json.ValueIsEscaped)
        {
            return new SecretBuffer(_json.ValueSpan);
        }

        // Unescaping never lengthens; it goes straight from the line into pinned memory.
        using var scratch = new SecretBuffer(_json.ValueSpan.Length);
        return new SecretBuffer(scratch.Span[.._json.CopyString(scratch.Span)]);
    }

    private Dictionary<string, string> ReadAttributes()
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_json.TokenType == JsonTokenType.Null)
        {
            return attributes;
        }

        Expect(_json.TokenType == JsonTokenType.StartObject);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            string name = _json.GetString()!;
            _json.Read();
            attributes[name] = ReadString() ?? "";
        }

        return attributes;
    }

    private readonly ServerMessage Build() => _type switch
    {
        ProtocolNames.Welcome => new WelcomeMessage(_protocol, _version ?? ""),
        ProtocolNames.Reconnect => new ReconnectMessage(),
        ProtocolNames.Response when _status is not null => new ResponseMessage
        {
            Status = _status,
            Reason = _reason,
            Message = _message,
            Results = _results,
        },
        _ => throw Malformed("its type is none that a daemon sends"),
    };

    private readonly void DisposeResults()
    {
        foreach (ResponseItem item in _results)
        {
            item.Value?.Dispose();
        }
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw Malformed("a value has the wrong JSON type");
        }
    }

    private static MalformedMessageException Malformed(string why) =>
        new(Reason.MalformedLine, $"The daemon's answer cannot be understood: {why}.");
}
