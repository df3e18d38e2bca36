using System.Text;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Tests.Core;

public sealed class ResponseReaderTests
{
    [Fact]
    public void Read_Secrets_GivesTargetsAndValues()
    {
        using var message = Assert.IsType<ResponseMessage>(Read(
            """{"type":"RESPONSE","status":"success","results":[{"target":"a","value":"\u003c\n","attributes":{"x":"y"}},{"target":"b"}],"later":[{}]}"""));
        Assert.True(message.IsSuccess);
        Assert.Equal("<\n", Encoding.UTF8.GetString(message.Results[0].Value!.Span));
        Assert.Equal("y", message.Results[0].Attributes["x"]);
        Assert.Null(message.Results[1].Value);
    }

    [Fact]
    public void Read_Refusal_GivesReasonAndMessage()
    {
        using var message = Assert.IsType<ResponseMessage>(Read("""{"type":"RESPONSE","status":"denied","reason":"r","message":"m"}"""));
        Assert.False(message.IsSuccess);
        Assert.Equal(("r", "m"), (message.Reason, message.Message));
    }

    [Fact]
    public void Read_WelcomeAndReconnect_AreTold()
    {
        using var welcome = Assert.IsType<WelcomeMessage>(Read("""{"type":"WELCOME","protocol":2,"version":"4.0.0"}"""));
        Assert.Equal((2, "4.0.0"), (welcome.Protocol, welcome.ServerVersion));
        Assert.IsType<ReconnectMessage>(Read("""{"type":"RECONNECT"}"""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"type":"RESPONSE"}""")]
    [InlineData("""{"type":"REQUEST","status":"success"}""")]
    [InlineData("""{"type":"RESPONSE","status":1}""")]
    [InlineData("""{"type":"RESPONSE","status":"success","results":{}}""")]
    [InlineData("""{"type":"RESPONSE","status":"success","results":[1]}""")]
    [InlineData("""{"type":"RESPONSE","status":"success","results":[{"value":"secret"}]}""")]
    [InlineData("""{"type":"RESPONSE","status":"success","results":[{"target":"t","value":"secret\ud800"}]}""")]
    [InlineData("""{"type":"RESPONSE","status":"success","results":[{"target":"t","value":"secret"},{"target":1}]}""")]
    [InlineData("""{"type":"RESPONSE","status":"success","results":[{"target":"t","value":"secret"}]} x""")]
    [InlineData("""{"type":"WELCOME","protocol":"2"}""")]
    public void Read_AnythingElse_IsRefusedWithoutQuotingIt(string line)
    {
        MalformedMessageException refusal = Assert.Throws<MalformedMessageException>(() => Read(line));
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }

    private static ServerMessage Read(string line) => ResponseReader.Read(Encoding.UTF8.GetBytes(line));
}
