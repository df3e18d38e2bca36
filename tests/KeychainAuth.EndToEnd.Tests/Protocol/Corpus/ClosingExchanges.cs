using System.Text;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Corpus;

/// <summary>Lines after which nothing can be relied on: they are answered, and the connection is closed.</summary>
internal static class ClosingExchanges
{
    private const string NoObject = "The line is not a JSON object, or is nested too deeply.";
    private const string NoUtf8 = "The line is not valid UTF-8.";

    internal static IReadOnlyList<Exchange> All { get; } =
    [
        .. Lines(
            NoObject,
            ("not JSON", "hello"), ("empty line", ""), ("empty line with CR", "\r"), ("blanks", " \t "), ("byte order mark", "\ufeff" + Valid),
            ("two objects", Valid + Valid), ("two objects with a blank", Valid + " {}"), ("trailing garbage", Valid + "x"), ("trailing comma", Valid + ","),
            ("comma after the last property", Valid[..^1] + ",}"), ("unterminated", Valid[..^1]), ("unterminated string", Valid[..^3]),
            ("comment", Valid + "//"), ("comment inside", Valid[..^1] + "/**/}"), ("single quotes", Valid.Replace('"', '\'')),
            ("bare key", """{type:"REQUEST"}"""), ("NaN", """{"x":NaN}"""), ("leading zero", """{"id":01}"""), ("plus sign", """{"id":+1}"""), ("hexadecimal", """{"id":0x1}"""),
            ("bad escape", """{"x":"\x41"}"""), ("half an escape", """{"x":"\u00"}"""), ("raw tab in a string", "{\"x\":\"\t\"}"), ("raw NUL in a string", "{\"x\":\"\0\"}"), ("raw NUL", "\0"),
            ("65 deep", $$"""{"x":{{new string('[', 64)}}{{new string(']', 64)}}}"""),
            ("100,000 deep inside", """{"x":""" + string.Concat(Enumerable.Repeat("""{"a":""", 100_000)))),
        .. Lines("The line must be a JSON object.", ("array", $"[{Valid}]"), ("string", "\"REQUEST\""), ("number", "1"), ("null", "null"), ("100,000 deep", new string('[', 100_000))),
        .. Lines("type must be a string.", ("type", """{"type":1}""")),
        .. Lines("service must be a string.", ("service", """{"service":["demo"]}""")),
        .. Lines("match must be a string.", ("match", """{"match":true}""")),
        .. Lines("targets must be an array of strings.", ("targets as a string", """{"targets":"k"}"""), ("a number as target", """{"targets":["k",1]}"""), ("null as target", """{"targets":[null]}""")),
        .. Lines("values must be an array of strings.", ("values as an object", """{"values":{}}"""), ("a number as value", """{"values":["k",1]}"""), ("null as value", """{"values":[null]}""")),
        .. Lines("attributes must be an object of strings.", ("attributes as an array", """{"attributes":[]}"""), ("a number as attribute", """{"attributes":{"a":1}}"""), ("null as attribute", """{"attributes":{"a":null}}""")),
        .. Lines("id must be a string or a number.", ("boolean id", """{"id":true}"""), ("id as an object", """{"id":{}}""")),
        Bytes("a byte that is never UTF-8", 0xFF), Bytes("overlong NUL", 0xC0, 0x80), Bytes("overlong slash", 0xE0, 0x80, 0xAF), Bytes("surrogate in UTF-8", 0xED, 0xA0, 0x80),
        Bytes("beyond Unicode", 0xF4, 0x90, 0x80, 0x80), Bytes("cut off", 0xE2, 0x82), Bytes("continuation alone", 0x80), Bytes("Latin-1", 0xE9),
        new Exchange("UTF-16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Valid)], Malformed(NoUtf8)),
    ];

    private static string Valid => Ask("read", ""","targets":["k"]""");

    private static IEnumerable<Exchange> Lines(string message, params (string Name, string Line)[] lines) =>
        lines.Select(line => new Exchange(line.Name, line.Line, Malformed(message)));

    private static Exchange Bytes(string name, params byte[] bytes) =>
        new(name, [.. Encoding.UTF8.GetBytes(Valid[..^3]), .. bytes, .. "\"]}"u8], Malformed(NoUtf8));
}
