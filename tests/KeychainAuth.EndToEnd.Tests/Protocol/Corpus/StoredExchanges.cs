using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Corpus;

/// <summary>What reads, writes, deletes and searches come to, in an order in which each builds on those before.</summary>
internal static class StoredExchanges
{
    internal static IReadOnlyList<Exchange> All { get; } =
    [
        new("search of an empty service", Ask("search", ""), Success),
        new("write", Ask("write", ""","targets":["k1"],"values":["v1"]"""), Success),
        new("read, one absent", Ask("read", ""","targets":["k1","gone"]"""), Item("k1", "v1")),
        new("read, all absent", Ask("read", ""","targets":["gone"]"""), Success),
        new("write of several", Ask("write", ""","targets":["b","a"],"values":["vb","va"]"""), Success),
        new("exact read keeps order and duplicates", Ask("read", ""","targets":["b","a","gone","b"]"""),
            Results("""{"target":"b","value":"vb"},{"target":"a","value":"va"},{"target":"b","value":"vb"}""")),
        new("write of one target twice", Ask("write", ""","targets":["twice","other","twice"],"values":["first","o","last"]"""), Success),
        new("the last value counts", Ask("read", ""","targets":["twice"]"""), Item("twice", "last")),
        new("overwrite", Ask("write", ""","targets":["twice"],"values":["newer"]"""), Success),
        new("overwritten", Ask("read", ""","targets":["twice"]"""), Item("twice", "newer")),
        new("empty value", Ask("write", ""","targets":["empty"],"values":[""]"""), Success),
        new("an empty value is present", Ask("read", ""","targets":["empty"]"""), Item("empty", "")),
        new("delete", Ask("delete", ""","targets":["twice","other","empty"]"""), Success),
        new("deleted", Ask("read", ""","targets":["twice","other","empty"]"""), Success),
        new("delete of what is absent", Ask("delete", ""","targets":["twice"]"""), Success),

        new("write of a family", Ask("write", ""","targets":["p:b","p:B","p:","p:a/b","p:a","q:a","p"],"values":["1","2","3","4","5","6","7"]"""), Success),
        new("write beyond ASCII", Ask("write", ","
            + "\"targets\":[\"p:\u00e9\",\"p:\uffee\",\"p:\U0001f600\"],\"values\":[\"8\",\"9\",\"10\"]"), Success),
        new("prefix read is sorted by UTF-16 code unit", Ask("read", ""","match":"prefix","targets":["p:"]"""),
            Results("""{"target":"p:","value":"3"},{"target":"p:B","value":"2"},{"target":"p:a","value":"5"},{"target":"p:a/b","value":"4"},{"target":"p:b","value":"1"},"""
                + "{\"target\":\"p:\u00e9\",\"value\":\"8\"},{\"target\":\"p:\U0001f600\",\"value\":\"10\"},{\"target\":\"p:\uffee\",\"value\":\"9\"}")),
        new("prefix read, overlapping prefixes", Ask("read", ""","match":"prefix","targets":["p:a/","p:a","p:a"]"""),
            Results("""{"target":"p:a","value":"5"},{"target":"p:a/b","value":"4"}""")),
        new("prefix read without a match", Ask("read", ""","match":"prefix","targets":["nothing"]"""), Success),
        new("search by prefixes", Ask("search", ""","targets":["q","p:a"]"""),
            Results("""{"target":"p:a"},{"target":"p:a/b"},{"target":"q:a"}""")),
        new("search says prefix itself", Ask("search", ""","match":"prefix","targets":["q:"]"""), Results("""{"target":"q:a"}""")),
        new("prefix delete", Ask("delete", ""","match":"prefix","targets":["p:"]"""), Success),
        new("prefix delete again", Ask("delete", ""","match":"prefix","targets":["p:"]"""), Success),
        new("search of all", Ask("search", ""),
            Results("""{"target":"a"},{"target":"b"},{"target":"k1"},{"target":"p"},{"target":"q:a"}""")),
        new("delete of the rest", Ask("delete", ""","targets":["a","b","k1","p","q:a"]"""), Success),

        new("write with attributes", Ask("write", ""","targets":["t1","t2"],"values":["1","2"],"attributes":{"zone":"eu","app":"web","Zone":"x"}"""), Success),
        new("write with others", Ask("write", ""","targets":["t3"],"values":["3"],"attributes":{"zone":"us","app":"web"}"""), Success),
        new("write without", Ask("write", ""","targets":["t4"],"values":["4"],"attributes":{}"""), Success),
        new("attributes come sorted", Ask("read", ""","targets":["t1"]"""),
            Results("""{"target":"t1","value":"1","attributes":{"Zone":"x","app":"web","zone":"eu"}}""")),
        new("an exact read is not filtered", Ask("read", ""","targets":["t4"],"attributes":{"zone":"eu"}"""), Item("t4", "4")),
        new("prefix read filtered", Ask("read", ""","match":"prefix","targets":["t"],"attributes":{"zone":"us"}"""),
            Results("""{"target":"t3","value":"3","attributes":{"app":"web","zone":"us"}}""")),
        new("search filtered by two", Ask("search", ""","attributes":{"zone":"eu","app":"web"}"""),
            Results("""{"target":"t1","attributes":{"Zone":"x","app":"web","zone":"eu"}},{"target":"t2","attributes":{"Zone":"x","app":"web","zone":"eu"}}""")),
        new("search filtered by what nothing has", Ask("search", ""","attributes":{"app":"web","zone":"EU"}"""), Success),
        new("prefix delete filtered", Ask("delete", ""","match":"prefix","targets":["t"],"attributes":{"zone":"eu"}"""), Success),
        new("what it left", Ask("search", ""), Results("""{"target":"t3","attributes":{"app":"web","zone":"us"}},{"target":"t4"}""")),
        new("overwrite without attributes", Ask("write", ""","targets":["t3"],"values":["3"]"""), Success),
        new("removes them", Ask("read", ""","targets":["t3"]"""), Item("t3", "3")),
        new("tidy", Ask("delete", ""","targets":["t3","t4"]"""), Success),

        new("no normalisation", Ask("write", ",\"targets\":[\"\u00e9\",\"e\u0301\"],\"values\":[\"composed\",\"decomposed\"]"), Success),
        new("two names", Ask("search", ""), Results("{\"target\":\"e\u0301\"},{\"target\":\"\u00e9\"}")),
        new("tidy names", Ask("delete", ",\"targets\":[\"\u00e9\",\"e\u0301\"]"), Success),
    ];
}
