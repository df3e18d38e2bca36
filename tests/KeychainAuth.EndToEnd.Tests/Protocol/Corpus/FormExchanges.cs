using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Corpus;

/// <summary>The forms in which a request may come, and requests that are JSON but make no sense: all keep the connection.</summary>
internal static class FormExchanges
{
    private const string Type = "type must be REQUEST.";
    private const string Action = "action must be read, write, delete, search or check.";
    private const string NoTargets = "targets must not be empty.";
    private const string OnePerTarget = "a write needs one value per target.";

    internal static IReadOnlyList<Exchange> All { get; } =
    [
        .. Forms(),
        .. Ids(),
        .. Numbers(),
        .. Senseless(),
    ];

    private static IEnumerable<Exchange> Forms() =>
    [
        new("write", Ask("write", ""","targets":["k","match"],"values":["v","m"]"""), Success),
        new("CR before LF", Ask("read", ""","targets":["k"]""") + "\r", Item("k", "v")),
        new("blanks around and between", "\t  { \"type\" : \"REQUEST\",\t\"action\":\r\"read\" , \"service\":\"SERVICE\",\"targets\" : [ \"k\" ] }  \t\r", Item("k", "v")),
        new("keys of any case", """{"TYPE":"REQUEST","Action":"read","sErViCe":"SERVICE","TaRgEtS":["k"]}""", Item("k", "v")),
        new("keys in any order", """{"targets":["k"],"service":"SERVICE","action":"read","type":"REQUEST"}""", Item("k", "v")),
        new("escaped keys", """{"\u0074ype":"REQUEST","a\u0063tion":"read","service":"SERVICE","\u0054ARGET\u0073":["k"]}""", Item("k", "v")),
        new("escaped values", """{"type":"\u0052EQUEST","action":"rea\u0064","service":"SERVICE","targets":["\u006b"],"match":"e\u0078act"}""", Item("k", "v")),
        new("a key that only Unicode folds into ours", """{"type":"REQUEST","action":"read","service":"SERVICE","targets":["k"],""" + "\"\u017fervice\":\"other\",\"matc\u212a\":1}", Item("k", "v")),
        new("the last duplicate counts", """{"type":"x","type":"REQUEST","action":"write","action":"read","service":"other","service":"SERVICE","targets":["gone"],"targets":["k"]}""", Item("k", "v")),
        new("also under another case", """{"type":"REQUEST","action":"read","service":"SERVICE","targets":["gone"],"TARGETS":["k"],"\u0074argets":["match"]}""", Item("match", "m")),
        new("also when it is null", Ask("search", ""","targets":["none"],"targets":null,"match":"prefix","match":null"""), Results("""{"target":"k"},{"target":"match"}""")),
        new("duplicate values", Ask("write", ""","values":["x","y"],"targets":["k"],"values":["v2"]"""), Success),
        new("the last were written", Ask("read", ""","targets":["k"]"""), Item("k", "v2")),
        new("duplicate attributes", Ask("write", ""","targets":["k"],"values":["v"],"attributes":{"a":"1","a":"2","A":"3"}"""), Success),
        new("the last of them counts", Ask("search", ""","attributes":{"a":"2"}"""), Results("""{"target":"k","attributes":{"A":"3","a":"2"}}""")),
        new("write without attributes", Ask("write", ""","targets":["k"],"values":["v"]"""), Success),
        new("null is absent", Ask("read", ""","targets":["k"],"match":null,"attributes":null,"values":null,"id":null"""), Item("k", "v")),
        new("empty match", Ask("read", ""","targets":["k"],"match":"" """.TrimEnd()), Item("k", "v")),
        new("values of a read", Ask("read", ""","targets":["k"],"values":["x","y"]"""), Item("k", "v")),
        new("unknown properties", Ask("read", ""","targets":["k"],"x":1,"":{"type":"HELLO","targets":[[]]},"y":[true,null,{}],"target":"x" """.TrimEnd()), Item("k", "v")),
        new("properties of another message", Ask("read", ""","targets":["k"],"protocol":"1" """.TrimEnd()), Item("k", "v")),
        new("64 deep", Ask("read", $$""","targets":["k"],"x":{{new string('[', 63)}}{{new string(']', 63)}}"""), Item("k", "v")),
        new("check", """{"type":"REQUEST","action":"check","service":"SERVICE"}""",
            Results("""{"target":"SERVICE","attributes":{"read":"true","search":"true","write":"true"}}""")),
        new("check of what is not allowed", """{"type":"REQUEST","action":"check","service":"other"}""", Success),
    ];

    private static IEnumerable<Exchange> Ids()
    {
        foreach (string id in (string[])
        [
            "1", "0", "-0", "1.50", "1E400", "-1e-999", "123456789012345678901234567890", "\"\"", "\"a b\"", """
            "\u0041\/\"\\"
            """, "\"<>&\u2028\u00e9\"", """
            "\ud800"
            """, $"\"{new string('i', 256)}\"", new string('9', 256),
        ])
        {
            yield return new($"id {id}", Ask("read", $$""","targets":["gone"],"id":{{id}}"""), $$"""{"type":"RESPONSE","status":"success","id":{{id}}}""");
        }

        yield return new("id after results", Ask("read", ""","id":"x","targets":["k"]"""), """{"type":"RESPONSE","status":"success","results":[{"target":"k","value":"v"}],"id":"x"}""");
        yield return new("id of a refusal", AskIn("other", "read", ""","targets":["k"],"id":7"""),
            Refused("denied", "service_not_allowed", "This program may not read in service 'other'.", "7"));
        yield return new("id of what makes no sense", Ask("guess", ""","id":"g" """.TrimEnd()), Malformed(Action, "\"g\""));
        yield return new("the last id counts", Ask("search", ""","targets":["gone"],"id":1,"ID":2"""), """{"type":"RESPONSE","status":"success","id":2}""");
        yield return new("string too long for an id", Ask("search", $$""","id":"{{new string('i', 257)}}" """.TrimEnd()), Malformed("id is longer than 256 bytes."));
        yield return new("number too long for an id", Ask("search", $$""","id":{{new string('1', 257)}}"""), Malformed("id is longer than 256 bytes."));
    }

    private static IEnumerable<Exchange> Numbers() =>
        from number in (string[])["1e999999999", "-0.0e-0", new string('9', 10_000), "1." + new string('0', 5_000) + "1", "9223372036854775808"]
        from place in (string[])["x", "protocol"]
        select new Exchange(
            $"{number[..Math.Min(20, number.Length)]} as {place}", Ask("read", $$""","targets":["k"],"{{place}}":{{number}}"""), Item("k", "v"));

    private static IEnumerable<Exchange> Senseless() =>
    [
        new("empty object", "{}", Malformed(Type)),
        new("another type", """{"type":"request","action":"read","service":"SERVICE","targets":["k"]}""", Malformed(Type)),
        new("type of an answer", """{"type":"RESPONSE","status":"success"}""", Malformed(Type)),
        new("no type", """{"action":"read","service":"SERVICE","targets":["k"]}""", Malformed(Type)),
        new("no action", """{"type":"REQUEST","service":"SERVICE","targets":["k"]}""", Malformed(Action)),
        new("action of another case", Ask("READ", ""","targets":["k"]"""), Malformed(Action)),
        new("null action", """{"type":"REQUEST","action":null,"service":"SERVICE","targets":["k"]}""", Malformed(Action)),
        new("no service", """{"type":"REQUEST","action":"read","targets":["k"]}""", Malformed("service must not be empty.")),
        new("no targets", Ask("read", ""), Malformed(NoTargets)),
        new("empty targets", Ask("delete", ""","targets":[]"""), Malformed(NoTargets)),
        new("empty targets by prefix", Ask("read", ""","match":"prefix","targets":[]"""), Malformed(NoTargets)),
        new("search by prefix without one", Ask("search", ""","match":"prefix" """.TrimEnd()), Malformed(NoTargets)),
        new("another match", Ask("read", ""","targets":["k"],"match":"regex" """.TrimEnd()), Malformed("match must be exact or prefix.")),
        new("write by prefix", Ask("write", ""","targets":["k"],"values":["x"],"match":"prefix" """.TrimEnd()), Malformed("a write cannot match by prefix.")),
        new("write without values", Ask("write", ""","targets":["k"]"""), Malformed(OnePerTarget)),
        new("write with null values", Ask("write", ""","targets":["k"],"values":null"""), Malformed(OnePerTarget)),
        new("too few values", Ask("write", ""","targets":["k","l"],"values":["x"]"""), Malformed(OnePerTarget)),
        new("too many values", Ask("write", ""","targets":["k"],"values":["x","y"]"""), Malformed(OnePerTarget)),
        new("check with targets", """{"type":"REQUEST","action":"check","targets":["k"]}""", Malformed("check answers for the caller itself and takes no targets.")),
        new("HELLO in the middle", Hello, Malformed("HELLO must be the first line.")),
        new("HELLO without a version", """{"type":"HELLO"}""", Malformed("HELLO must state its protocol version, a small whole number.")),
        new("HELLO with a version in words", """{"type":"HELLO","protocol":"2"}""", Malformed("HELLO must state its protocol version, a small whole number.")),
        new("HELLO with a version beyond numbers", """{"type":"HELLO","protocol":1e99}""", Malformed("HELLO must state its protocol version, a small whole number.")),
        new("nothing of that had an effect", Ask("read", ""","targets":["k","match","l"]"""), Results("""{"target":"k","value":"v"},{"target":"match","value":"m"}""")),
        new("tidy", Ask("delete", ""","targets":["k","match"]"""), Success),
    ];
}
