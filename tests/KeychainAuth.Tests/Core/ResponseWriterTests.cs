using System.Text;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Core;

/// <summary>The bytes that clients in the field know.</summary>
public sealed class ResponseWriterTests
{
    [Fact]
    public void WriteSuccess_NoId_IsTheDocumentedLine() =>
        AssertLine("""{"type":"RESPONSE","status":"success"}""", o => ResponseWriter.WriteSuccess(o, null));

    [Fact]
    public void WriteUnregistered_Always_IsTheDocumentedLine() =>
        AssertLine("""{"type":"RESPONSE","status":"denied","reason":"unregistered_binary_pending_approval"}""", ResponseWriter.WriteUnregistered);

    [Fact]
    public void WriteSecrets_EmptyValue_IsPresent()
    {
        using var secret = new Secret("k", new SecretBuffer(0));
        AssertLine(
            """{"type":"RESPONSE","status":"success","results":[{"target":"k","value":""}]}""",
            o => ResponseWriter.WriteSecrets(o, [secret], null));
    }

    [Fact]
    public void WriteSecrets_SeveralWithAttributes_KeepTheOrder()
    {
        using var one = new Secret("k1", new SecretBuffer("v<1"u8), new Dictionary<string, string> { ["z"] = "1", ["a"] = "2" });
        using var two = new Secret("k2", new SecretBuffer("v2"u8));
        AssertLine(
            """{"type":"RESPONSE","status":"success","results":[{"target":"k1","value":"v\u003c1","attributes":{"a":"2","z":"1"}},{"target":"k2","value":"v2"}],"id":"x"}""",
            o => ResponseWriter.WriteSecrets(o, [one, two], "\"x\""u8.ToArray()));
    }

    [Fact]
    public void WriteSecrets_Nothing_LeavesTheResultsOut() =>
        AssertLine("""{"type":"RESPONSE","status":"success"}""", o => ResponseWriter.WriteSecrets(o, [], null));

    [Fact]
    public void WriteDescriptors_Some_HaveNoValue() => AssertLine(
        """{"type":"RESPONSE","status":"success","results":[{"target":"p:a"},{"target":"p:b","attributes":{"read":"true"}}]}""",
        o => ResponseWriter.WriteDescriptors(
            o,
            [new SecretDescriptor("p:a", new Dictionary<string, string>()), new SecretDescriptor("p:b", new Dictionary<string, string> { ["read"] = "true" })],
            null));

    [Fact]
    public void WriteRefusal_WithMessageAndId_PutsTheAdditionsLast() => AssertLine(
        """{"type":"RESPONSE","status":"error","reason":"malformed_request","id":1,"message":"No."}""",
        o => ResponseWriter.WriteRefusal(o, Reason.MalformedRequest, "No.", "1"u8.ToArray()));

    [Fact]
    public void WriteWelcomeAndReconnect_Always_AreTheDocumentedLines()
    {
        AssertLine("""{"type":"WELCOME","protocol":2,"version":"4.0.0"}""", ResponseWriter.WriteWelcome);
        AssertLine("""{"type":"RECONNECT"}""", ResponseWriter.WriteReconnect);
    }

    private static void AssertLine(string expected, Action<PinnedBufferWriter> write)
    {
        using var output = new PinnedBufferWriter();
        write(output);
        Assert.Equal(expected + "\n", Encoding.UTF8.GetString(output.Written.Span));
    }
}
