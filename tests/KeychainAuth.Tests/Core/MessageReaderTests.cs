using System.Text;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Core;

public sealed class MessageReaderTests
{
    private const string Read = """{"type":"REQUEST","action":"read","service":"s","targets":["t"]}""";

    [Fact]
    public void Read_PlainRequest_GivesItsParts()
    {
        using RequestMessage message = Request("""{"type":"REQUEST","action":"write","service":"demo","targets":["k1","k2"],"values":["v1",""],"attributes":{"a":"b"},"id":7}""");
        Assert.Equal(RequestAction.Write, message.Action);
        Assert.Equal("demo", message.Service);
        Assert.Equal(["k1", "k2"], message.Targets);
        Assert.Equal(["v1", ""], message.Values.Select(Text));
        Assert.Equal("b", message.Attributes["a"]);
        Assert.Equal("7"u8.ToArray(), message.Id);
    }

    [Fact]
    public void Read_OddCaseUnknownAndDuplicateProperties_TheLastOfEachCounts()
    {
        using RequestMessage message = Request("""
            {"TYPE":"REQUEST","Action":"delete","aCTION":"read","service":"a","SERVICE":"b","targets":["x"],"Targets":["y","y"],"unknown":{"deep":[1,{}]}}
            """);
        Assert.Equal(RequestAction.Read, message.Action);
        Assert.Equal("b", message.Service);
        Assert.Equal(["y", "y"], message.Targets);
    }

    [Fact]
    public void Read_EscapedNamesAndValues_AreUnescaped()
    {
        using RequestMessage message = Request("""{"\u0074ype":"REQUEST","action":"wri\u0074e","service":"s","targets":["\u00e9"],"values":["\ud83d\ude00\n\"<>&\u2028"]}""");
        Assert.Equal(["é"], message.Targets);
        Assert.Equal("😀\n\"<>&\u2028", Text(message.Values[0]));
    }

    [Fact]
    public void Read_NullProperties_CountAsAbsent()
    {
        using RequestMessage message = Request("""{"type":"REQUEST","action":"search","service":"s","targets":null,"values":null,"match":null,"attributes":null,"id":null}""");
        Assert.Empty(message.Targets);
        Assert.Null(message.Id);
        Assert.False(message.IsPrefix);
    }

    [Fact]
    public void Read_Hello_GivesItsVersion()
    {
        using ClientMessage message = MessageReader.Read("""{"type":"HELLO","protocol":2}"""u8);
        Assert.Equal(2, Assert.IsType<HelloMessage>(message).Version);
    }

    [Theory]
    [InlineData("""{"type":"REQUEST","action":"check"}""")]
    [InlineData("""{"type":"REQUEST","action":"check","targets":[]}""")]
    [InlineData("""{"type":"REQUEST","action":"search","service":"s"}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"s","targets":["t"],"match":""}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"s","targets":["t"],"values":["ignored"]}""")]
    [InlineData("""{"type":"REQUEST","action":"delete","service":"s","targets":["a:b"],"match":"prefix"}""")]
    public void Read_AllowedForms_AreRequests(string line) => Request(line).Dispose();

    // The connection is kept: what was said is JSON, and makes no sense.
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"type":"request","action":"read","service":"s","targets":["t"]}""")]
    [InlineData("""{"type":"REQUEST"}""")]
    [InlineData("""{"type":"REQUEST","action":"READ","service":"s","targets":["t"]}""")]
    [InlineData("""{"type":"REQUEST","action":"steal","service":"s","targets":["t"]}""")]
    [InlineData("""{"type":"REQUEST","action":"read","targets":["t"]}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"","targets":["t"]}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"a:b","targets":["t"]}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"a\u0000","targets":["t"]}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"s"}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"s","targets":[]}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"s","targets":[""]}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"s","targets":["a\nb"]}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"s","targets":["\ud800"]}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"\udc00","targets":["t"]}""")]
    [InlineData("""{"type":"REQUEST","action":"read","service":"s","targets":["t"],"match":"regex"}""")]
    [InlineData("""{"type":"REQUEST","action":"write","service":"s","targets":["t"]}""")]
    [InlineData("""{"type":"REQUEST","action":"write","service":"s","targets":["t"],"values":[]}""")]
    [InlineData("""{"type":"REQUEST","action":"write","service":"s","targets":["t"],"values":["a","b"]}""")]
    [InlineData("""{"type":"REQUEST","action":"write","service":"s","targets":["t"],"values":["\ud800x"]}""")]
    [InlineData("""{"type":"REQUEST","action":"write","service":"s","targets":["t"],"values":["a"],"match":"prefix"}""")]
    [InlineData("""{"type":"REQUEST","action":"search","service":"s","match":"prefix"}""")]
    [InlineData("""{"type":"REQUEST","action":"check","targets":["t"]}""")]
    [InlineData("""{"type":"HELLO"}""")]
    public void Read_SenselessRequest_IsRefusedAndTheConnectionKept(string line)
    {
        MalformedMessageException refusal = Assert.Throws<MalformedMessageException>(() => MessageReader.Read(Encoding.UTF8.GetBytes(line)));
        Assert.Same(Reason.MalformedRequest, refusal.Reason);
        Assert.False(refusal.Reason.ClosesConnection);
    }

    // The connection is closed: nothing that follows could be relied on.
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("hello")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{} x")]
    [InlineData("{\"type\":1}")]
    [InlineData("{\"type\":\"REQUEST\",}")]
    [InlineData("{'type':'REQUEST'}")]
    [InlineData("""{"action":{}}""")]
    [InlineData("""{"targets":"t"}""")]
    [InlineData("""{"targets":[1]}""")]
    [InlineData("""{"targets":[null]}""")]
    [InlineData("""{"targets":[["t"]]}""")]
    [InlineData("""{"values":{}}""")]
    [InlineData("""{"values":[null]}""")]
    [InlineData("""{"values":[1]}""")]
    [InlineData("""{"attributes":[]}""")]
    [InlineData("""{"attributes":{"a":1}}""")]
    [InlineData("""{"attributes":{"a":null}}""")]
    [InlineData("""{"id":{}}""")]
    [InlineData("""{"id":true}""")]
    public void Read_NoJsonOrWrongType_IsRefusedAndTheConnectionClosed(string line)
    {
        MalformedMessageException refusal = Assert.Throws<MalformedMessageException>(() => MessageReader.Read(Encoding.UTF8.GetBytes(line)));
        Assert.Same(Reason.MalformedLine, refusal.Reason);
        Assert.True(refusal.Reason.ClosesConnection);
    }

    /// <summary>Version 1 does not know the property, and ignores what it does not know.</summary>
    [Theory]
    [InlineData("\"2\"")]
    [InlineData("99999999999999999999")]
    [InlineData("2.5")]
    [InlineData("[{\"type\":\"HELLO\"}]")]
    public void Read_RequestWithAnyProtocol_IsIgnoredAndHelloRefused(string protocol)
    {
        string request = $$"""{"type":"REQUEST","action":"check","protocol":{{protocol}}}""";
        using ClientMessage message = MessageReader.Read(Encoding.UTF8.GetBytes(request));
        Assert.IsType<RequestMessage>(message);

        string hello = $$"""{"type":"HELLO","protocol":{{protocol}}}""";
        MalformedMessageException refusal = Assert.Throws<MalformedMessageException>(() => MessageReader.Read(Encoding.UTF8.GetBytes(hello)));
        Assert.Same(Reason.MalformedRequest, refusal.Reason);
    }

    [Fact]
    public void Read_InvalidUtf8_IsRefused()
    {
        byte[] line = [.. Encoding.UTF8.GetBytes(Read)];
        line[line.AsSpan().IndexOf("s\""u8)] = 0xFF;
        Assert.Same(Reason.MalformedLine, Assert.Throws<MalformedMessageException>(() => MessageReader.Read(line)).Reason);
    }

    [Fact]
    public void Read_NestedTooDeeply_IsRefused()
    {
        string deep = $$"""{"x":{{new string('[', 10_000)}}{{new string(']', 10_000)}},"type":"REQUEST"}""";
        Assert.Same(Reason.MalformedLine, Assert.Throws<MalformedMessageException>(() => MessageReader.Read(Encoding.UTF8.GetBytes(deep))).Reason);
    }

    [Fact]
    public void Read_HugeNumberAsId_IsEchoedAsItCame()
    {
        string number = new('9', 200);
        using RequestMessage message = Request($$"""{"type":"REQUEST","action":"check","id":{{number}}}""");
        Assert.Equal(number, Encoding.ASCII.GetString(message.Id!));
    }

    [Fact]
    public void Read_IdTooLong_IsRefused()
    {
        string line = $$"""{"type":"REQUEST","action":"check","id":"{{new string('x', 300)}}"}""";
        Assert.Same(Reason.MalformedRequest, Assert.Throws<MalformedMessageException>(() => MessageReader.Read(Encoding.UTF8.GetBytes(line))).Reason);
    }

    [Fact]
    public void Read_SenselessRequestWithId_NamesTheId()
    {
        MalformedMessageException refusal = Assert.Throws<MalformedMessageException>(
            () => MessageReader.Read("""{"id":"a\"b","type":"REQUEST","action":"nope"}"""u8));
        Assert.Equal("\"a\\\"b\"", Encoding.UTF8.GetString(refusal.Id!));
    }

    [Theory]
    [InlineData("""{"type":"REQUEST","action":"write","service":"s","targets":["t"],"values":["hunter2"],"match":"prefix"}""")]
    [InlineData("""{"type":"REQUEST","values":["hunter2"],""")]
    [InlineData("""{"values":["hunter2", 1]}""")]
    public void Read_RefusedWithAValueInIt_SaysNothingOfTheValue(string line)
    {
        MalformedMessageException refusal = Assert.Throws<MalformedMessageException>(() => MessageReader.Read(Encoding.UTF8.GetBytes(line)));
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    private static RequestMessage Request(string line) =>
        Assert.IsType<RequestMessage>(MessageReader.Read(Encoding.UTF8.GetBytes(line)));

    private static string Text(SecretBuffer buffer) => Encoding.UTF8.GetString(buffer.Span);
}
