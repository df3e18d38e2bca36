using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using KeychainAuth.Plugin;

namespace KeychainAuth.Core.Protocol;

/// <summary>
/// Decodes one line of a client. Values go from the receive buffer into pinned memory and never become strings.
/// What clients in the field rely on: property names without regard to ASCII case, unknown properties ignored, the last
/// duplicate wins, null means absent.
/// </summary>
internal ref struct MessageReader
{
    private const int MaxDepth = 64;
    private const int MaxIdBytes = 256;

    // The longest property name is "attributes"; six times that if every letter is written as \u00xx.
    private const int MaxEscapedNameBytes = 64;

    private const string ArrayOfStrings = "an array of strings";
    private const string ObjectOfStrings = "an object of strings";

    private Utf8JsonReader _json;
    private string? _type;
    private string? _action;
    private string? _service;
    private string? _match;
    private List<string>? _targets;
    private List<SecretBuffer>? _values;
    private Dictionary<string, string>? _attributes;
    private byte[]? _id;
    private int? _protocol;
    private string? _fault;

    private MessageReader(ReadOnlySpan<byte> line) =>
        _json = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });

    /// <param name="line">One line without its line feed.</param>
    /// <returns>The message, which the caller disposes.</returns>
    /// <exception cref="MalformedMessageException">It is not what the protocol allows.</exception>
    internal static ClientMessage Read(ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
        {
            throw new MalformedMessageException(Reason.MalformedLine, "The line is not valid UTF-8.");
        }

        var reader = new MessageReader(line);
        try
        {
            reader.ReadObject();
            return reader.Build();
        }
        catch (JsonException)
        {
            reader.DisposeValues();

            // The exception's own message may quote the line, which may hold a secret.
            throw new MalformedMessageException(Reason.MalformedLine, "The line is not a JSON object, or is nested too deeply.");
        }
        catch
        {
            reader.DisposeValues();
            throw;
        }
    }

    private void ReadObject()
    {
        if (!_json.Read() || _json.TokenType != JsonTokenType.StartObject)
        {
            throw WrongType("The line", "a JSON object");
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            Property property = ReadPropertyName();
            _json.Read();
            ReadProperty(property);
        }

        // Throws on anything after the object.
        _json.Read();
    }

    private void ReadProperty(Property property)
    {
        switch (property)
        {
            case Property.Type:
                _type = ReadString("type");
                break;
            case Property.Action:
                _action = ReadString("action");
                break;
            case Property.Service:
                _service = ReadString("service");
                break;
            case Property.Match:
                _match = ReadString("match");
                break;
            case Property.Targets:
                _targets = ReadTargets();
                break;
            case Property.Values:
                ReadValues();
                break;
            case Property.Attributes:
                _attributes = ReadAttributes();
                break;
            case Property.Id:
                _id = ReadId();
                break;
            case Property.Protocol:
                _protocol = ReadProtocol();
                break;
            default:
                _json.Skip();
                break;
        }
    }

    private readonly Property ReadPropertyName()
    {
        if (!_json.ValueIsEscaped)
        {
            return NameToProperty(_json.ValueSpan);
        }

        if (_json.ValueSpan.Length > MaxEscapedNameBytes)
        {
            return Property.Unknown;
        }

        Span<byte> name = stackalloc byte[MaxEscapedNameBytes];
        try
        {
            return NameToProperty(name[.._json.CopyString(name)]);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: certainly none of our names.
            return Property.Unknown;
        }
    }

    private static Property NameToProperty(ReadOnlySpan<byte> name)
    {
        if (Ascii.EqualsIgnoreCase(name, "type"u8))
        {
            return Property.Type;
        }

        if (Ascii.EqualsIgnoreCase(name, "action"u8))
        {
            return Property.Action;
        }

        if (Ascii.EqualsIgnoreCase(name, "service"u8))
        {
            return Property.Service;
        }

        if (Ascii.EqualsIgnoreCase(name, "match"u8))
        {
            return Property.Match;
        }

        if (Ascii.EqualsIgnoreCase(name, "targets"u8))
        {
            return Property.Targets;
        }

        if (Ascii.EqualsIgnoreCase(name, "values"u8))
        {
            return Property.Values;
        }

        if (Ascii.EqualsIgnoreCase(name, "attributes"u8))
        {
            return Property.Attributes;
        }

        if (Ascii.EqualsIgnoreCase(name, "id"u8))
        {
            return Property.Id;
        }

        return Ascii.EqualsIgnoreCase(name, "protocol"u8) ? Property.Protocol : Property.Unknown;
    }

    private string? ReadString(string name, string expected = "a string")
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_json.TokenType != JsonTokenType.String)
        {
            throw WrongType(name, expected);
        }

        try
        {
            return _json.GetString();
        }
        catch (InvalidOperationException)
        {
            // Well-formed JSON, so what follows can still be understood: the request is refused, the connection kept.
            _fault ??= $"{name} contains a lone surrogate.";
            return "";
        }
    }

    private List<string>? ReadTargets()
    {
        if (!BeginArray("targets"))
        {
            return null;
        }

        var targets = new List<string>();
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            targets.Add(ReadString("targets", ArrayOfStrings) ?? throw WrongType("targets", ArrayOfStrings));
        }

        return targets;
    }

    private void ReadValues()
    {
        DisposeValues();
        if (!BeginArray("values"))
        {
            return;
        }

        _values = [];
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_json.TokenType != JsonTokenType.String)
            {
                throw WrongType("values", ArrayOfStrings);
            }

            _values.Add(ReadSecret());
        }
    }

    private SecretBuffer ReadSecret()
    {
        if (!_json.ValueIsEscaped)
        {
            return new SecretBuffer(_json.ValueSpan);
        }

        // Unescaping never lengthens; it goes straight from the line into pinned memory.
        using var scratch = new SecretBuffer(_json.ValueSpan.Length);
        try
        {
            return new SecretBuffer(scratch.Span[.._json.CopyString(scratch.Span)]);
        }
        catch (InvalidOperationException)
        {
            _fault ??= "values contains a lone surrogate.";
            return new SecretBuffer(0);
        }
    }

    private Dictionary<string, string>? ReadAttributes()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_json.TokenType != JsonTokenType.StartObject)
        {
            throw WrongType("attributes", ObjectOfStrings);
        }

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            string name = ReadAttributeName();
            _json.Read();
            string value = ReadString("attributes", ObjectOfStrings) ?? throw WrongType("attributes", ObjectOfStrings);
            _fault ??= NameRules.CheckAttribute(name, value);
            attributes[name] = value;
        }

        return attributes;
    }

    private string ReadAttributeName()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            _fault ??= "attributes contains a lone surrogate.";
            return "";
        }
    }

    private byte[]? ReadId()
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number when _json.ValueSpan.Length <= MaxIdBytes:
                return _json.ValueSpan.ToArray();
            case JsonTokenType.String when _json.ValueSpan.Length <= MaxIdBytes:
                return [(byte)'"', .. _json.ValueSpan, (byte)'"'];
            case JsonTokenType.Number or JsonTokenType.String:
                _fault ??= $"id is longer than {MaxIdBytes} bytes.";
                return null;
            default:
                throw WrongType("id", "a string or a number");
        }
    }

    // Only HELLO and LAUNCH have this property. In a request it is one of those that version 1 ignores, whatever its value.
    private int? ReadProtocol()
    {
        if (_json.TokenType == JsonTokenType.Number && _json.TryGetInt32(out int version))
        {
            return version;
        }

        _json.Skip();
        return null;
    }

    private readonly bool BeginArray(string name) => _json.TokenType switch
    {
        JsonTokenType.Null => false,
        JsonTokenType.StartArray => true,
        _ => throw WrongType(name, ArrayOfStrings),
    };

    private ClientMessage Build()
    {
        Require(_fault is null, _fault!);
        if (_type == ProtocolNames.Hello)
        {
            Require(_protocol is not null, "HELLO must state its protocol version, a small whole number.");
            DisposeValues();
            return new HelloMessage(_protocol!.Value);
        }

        if (_type == ProtocolNames.Launch)
        {
            Require(_protocol is not null, "LAUNCH must state its protocol version, a small whole number.");
            DisposeValues();
            return new LaunchMessage(_protocol!.Value);
        }

        Require(_type == ProtocolNames.Request, "type must be REQUEST.");
        RequestAction? action = ProtocolNames.ParseAction(_action ?? "");
        Require(action is not null, "action must be read, write, delete, search or check.");
        Require(_match is null or "" or "exact" or "prefix", "match must be exact or prefix.");
        bool isPrefix = _match == "prefix";
        List<string> targets = _targets ?? [];
        CheckNames(action!.Value, isPrefix, targets);
        if (action == RequestAction.Write)
        {
            Require(!isPrefix, "a write cannot match by prefix.");
            Require(_values?.Count == targets.Count, "a write needs one value per target.");
        }
        else
        {
            DisposeValues();
        }

        return new RequestMessage
        {
            Action = action.Value,
            Service = _service ?? "",
            IsPrefix = isPrefix,
            Targets = targets,
            Values = _values ?? [],
            Attributes = _attributes ?? [],
            Id = _id,
        };
    }

    private readonly void CheckNames(RequestAction action, bool isPrefix, List<string> targets)
    {
        if (action == RequestAction.Check)
        {
            Require(targets.Count == 0, "check answers for the caller itself and takes no targets.");
            Require(string.IsNullOrEmpty(_service) || NameRules.CheckService(_service) is null, NameRules.CheckService(_service) ?? "");
            return;
        }

        string? fault = NameRules.CheckService(_service);
        Require(fault is null, fault!);
        Require(targets.Count > 0 || (action == RequestAction.Search && !isPrefix), "targets must not be empty.");
        foreach (string target in targets)
        {
            fault = NameRules.CheckTarget(target);
            Require(fault is null, fault!);
        }
    }

    private readonly void Require([DoesNotReturnIf(false)] bool condition, string fault)
    {
        if (!condition)
        {
            throw new MalformedMessageException(Reason.MalformedRequest, fault, _id);
        }
    }

    private static MalformedMessageException WrongType(string what, string expected) =>
        new(Reason.MalformedLine, $"{what} must be {expected}.");

    private void DisposeValues()
    {
        foreach (SecretBuffer value in _values ?? [])
        {
            value.Dispose();
        }

        _values = null;
    }

    private enum Property
    {
        Unknown,
        Type,
        Action,
        Service,
        Match,
        Targets,
        Values,
        Attributes,
        Id,
        Protocol,
    }
}
