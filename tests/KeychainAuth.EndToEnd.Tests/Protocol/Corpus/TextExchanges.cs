using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Corpus;

/// <summary>What becomes of characters on their way in and out, and of names that must not be.</summary>
internal static class TextExchanges
{
    private const string LoneSurrogateTarget = "targets contains a lone surrogate.";

    internal static IReadOnlyList<Exchange> All { get; } =
    [
        .. RoundTrip("angle brackets and ampersand", "<b>&", @"\u003cb\u003e\u0026"),
        .. RoundTrip("line and paragraph separator", "a\u2028b\u2029c\u2027", @"a\u2028b\u2029c" + "\u2027"),
        .. RoundTrip("escaped letters come back raw", @"\u0041\u00e9\u20ac\/", "A\u00e9\u20ac/"),
        .. RoundTrip("an escaped surrogate pair comes back raw", @"\ud83d\ude00\uDBFF\uDFFF", "\U0001f600\U0010ffff"),
        .. RoundTrip("raw characters of two, three and four bytes", "\u00e9\u20ac\U0001f600\ufffd\uffff", "\u00e9\u20ac\U0001f600\ufffd\uffff"),
        .. RoundTrip("quotes and backslashes", """\"\\\"\\""", """\"\\\"\\"""),

        .. ValueRoundTrip("NUL in a value", @"a\u0000b", @"a\u0000b"),
        .. ValueRoundTrip("control characters in a value", @"\b\f\n\r\t\u0001\u001F", @"\b\f\n\r\t\u0001\u001f"),
        .. ValueRoundTrip("DEL and C1 in a value", "\\u007f\u0085", "\u007f\u0085"),
        .. ValueRoundTrip("a byte order mark in a value", @"\ufeffx", "\ufeffx"),

        new("NUL in a target", Ask("write", ""","targets":["a\u0000b"],"values":["v"]"""), Malformed("target contains a control character.")),
        new("a line feed in a target", Ask("read", ""","targets":["a\nb"]"""), Malformed("target contains a control character.")),
        new("DEL in a target", Ask("read", ""","targets":["\u007f"]"""), Malformed("target contains a control character.")),
        new("C1 in a target", Ask("read", ""","targets":["\u0085"]"""), Malformed("target contains a control character.")),
        new("NUL in a service", AskIn(@"a\u0000", "read", ""","targets":["a"]"""), Malformed("service contains a control character.")),
        new("colon in a service", AskIn("a:b", "read", ""","targets":["a"]"""), Malformed("service must not contain ':'.")),

        new("high surrogate alone in a value", Ask("write", ""","targets":["s"],"values":["\ud83d"]"""), Malformed("values contains a lone surrogate.")),
        new("low surrogate alone in a value", Ask("write", ""","targets":["s"],"values":["x\ude00"]"""), Malformed("values contains a lone surrogate.")),
        new("surrogates the wrong way round", Ask("write", ""","targets":["s"],"values":["\ude00\ud83d"]"""), Malformed("values contains a lone surrogate.")),
        new("high surrogate alone in a target", Ask("read", ""","targets":["\ud800"]"""), Malformed(LoneSurrogateTarget)),
        new("low surrogate alone in a target, with an id", Ask("read", ""","targets":["\udfff"],"id":9"""), Malformed(LoneSurrogateTarget, "9")),
        new("lone surrogate in a service", AskIn(@"\ud800", "read", ""","targets":["a"]"""), Malformed("service contains a lone surrogate.")),
        new("lone surrogate in an attribute", Ask("search", ""","attributes":{"a":"\ud800"}"""), Malformed("attributes contains a lone surrogate.")),
        new("lone surrogate in an attribute's name", Ask("search", ""","attributes":{"\ud800":"a"}"""), Malformed("attributes contains a lone surrogate.")),
        new("lone surrogate in a type", """{"type":"\ud800"}""", Malformed("type contains a lone surrogate.")),
        new("lone surrogates where nobody looks", Ask("search", ""","\ud800":"\udc00","x":["\ud800"]"""), Success),
        new("nothing was stored of all that", Ask("search", ""), Success),

        new("empty target", Ask("read", ""","targets":["a",""]"""), Malformed("target must not be empty.")),
        new("empty target in a write", Ask("write", ""","targets":[""],"values":["v"]"""), Malformed("target must not be empty.")),
        new("empty prefix", Ask("search", ""","targets":[""]"""), Malformed("target must not be empty.")),
        new("empty service", AskIn("", "read", ""","targets":["a"]"""), Malformed("service must not be empty.")),
        new("longest target", Ask("read", $""","targets":["{new string('t', 512)}"]"""), Success),
        new("longer than that", Ask("read", $""","targets":["{new string('t', 513)}"]"""), Malformed("target is longer than 512 bytes.")),
        new("longest in bytes", Ask("read", $",\"targets\":[\"{new string('\u20ac', 170)}tt\"]"), Success),
        new("longer than that in bytes", Ask("read", $",\"targets\":[\"{new string('\u20ac', 171)}\"]"), Malformed("target is longer than 512 bytes.")),
        new("longest service", AskIn(new string('s', 128), "read", ""","targets":["a"]"""),
            Refused("denied", "service_not_allowed", $"This program may not read in service '{new string('s', 128)}'.")),
        new("longer service", AskIn(new string('s', 129), "read", ""","targets":["a"]"""), Malformed("service is longer than 128 bytes.")),
    ];

    // As a target and as a value alike.
    private static IEnumerable<Exchange> RoundTrip(string name, string written, string answered) =>
    [
        new($"write: {name}", Ask("write", $$""","targets":["{{written}}"],"values":["{{written}}"]"""), Success),
        new($"read: {name}", Ask("read", $$""","targets":["{{written}}"]"""), Item(answered, answered)),
        new($"search: {name}", Ask("search", ""), Results($$"""{"target":"{{answered}}"}""")),
        new($"delete: {name}", Ask("delete", $$""","targets":["{{written}}"]"""), Success),
    ];

    private static IEnumerable<Exchange> ValueRoundTrip(string name, string written, string answered) =>
    [
        new($"write: {name}", Ask("write", $$""","targets":["v"],"values":["{{written}}"]"""), Success),
        new($"read: {name}", Ask("read", ""","targets":["v"]"""), Item("v", answered)),
        new($"delete: {name}", Ask("delete", ""","targets":["v"]"""), Success),
    ];
}
