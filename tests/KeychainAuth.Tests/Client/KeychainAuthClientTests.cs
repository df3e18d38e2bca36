using System.Text;
using KeychainAuth.Client;
using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Client;

public sealed class KeychainAuthClientTests
{
    private const string Success = """{"type":"RESPONSE","status":"success"}""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectAsync_Welcomed_KnowsTheServersVersion()
    {
        await using var server = new FakeServer(FakeServer.Answers());
        await using KeychainAuthClient client = await ConnectAsync(server);
        Assert.Equal("4.1.0", client.ServerVersion);
        Assert.Equal("""{"type":"HELLO","protocol":2}""", Assert.Single(server.Received));
    }

    [Fact]
    public async Task ConnectAsync_AskedToReconnectThreeTimes_ConnectsAFourthTime()
    {
        Func<FakeServer, Task> again = FakeServer.Greets(FakeServer.Reconnect);
        await using var server = new FakeServer(again, again, again, FakeServer.Answers());
        await using KeychainAuthClient client = await ConnectAsync(server);
        Assert.Equal(4, server.Received.Count);
    }

    [Fact]
    public async Task ConnectAsync_AskedToReconnectForEver_GivesUp()
    {
        Func<FakeServer, Task> again = FakeServer.Greets(FakeServer.Reconnect);
        await using var server = new FakeServer(again, again, again, again);
        Assert.Equal(KeychainAuthError.ReconnectRequired, (await RefusalAsync(server)).Error);
        Assert.Equal(4, server.Received.Count);
    }

    [Fact]
    public async Task ConnectAsync_RefusedBeforeItCouldWrite_ReadsTheLineAllTheSame()
    {
        // Sent and closed, as the daemon does, before the client's first line is read.
        await using var server = new FakeServer(s => s.SendAsync("""{"type":"RESPONSE","status":"denied","reason":"unregistered_binary_pending_approval"}"""));
        KeychainAuthException refusal = await RefusalAsync(server);
        Assert.Equal(KeychainAuthError.NotRegistered, refusal.Error);
        Assert.Equal("unregistered_binary_pending_approval", refusal.Reason);
        Assert.Contains("list-pending", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unregistered_binary_pending_approval", KeychainAuthError.NotRegistered)]
    [InlineData("identity_unverified", KeychainAuthError.IdentityUnverified)]
    [InlineData("identity_changed", KeychainAuthError.IdentityChanged)]
    [InlineData("reconnect_required", KeychainAuthError.ReconnectRequired)]
    [InlineData("filesystem_not_trusted", KeychainAuthError.FileSystemNotTrusted)]
    [InlineData("service_not_allowed", KeychainAuthError.ServiceNotAllowed)]
    [InlineData("action_not_in_policy", KeychainAuthError.ActionNotInPolicy)]
    [InlineData("target_not_allowed", KeychainAuthError.TargetNotAllowed)]
    [InlineData("grant_expired", KeychainAuthError.GrantExpired)]
    [InlineData("malformed_request", KeychainAuthError.MalformedRequest)]
    [InlineData("request_too_large", KeychainAuthError.RequestTooLarge)]
    [InlineData("value_too_large", KeychainAuthError.ValueTooLarge)]
    [InlineData("store_locked", KeychainAuthError.StoreLocked)]
    [InlineData("store_unavailable", KeychainAuthError.StoreUnavailable)]
    [InlineData("internal_error", KeychainAuthError.InternalError)]
    [InlineData("busy", KeychainAuthError.Busy)]
    [InlineData("of_a_later_version", KeychainAuthError.ActionNotInPolicy)]
    public async Task ReadAsync_Refused_GivesErrorReasonAndMessage(string reason, KeychainAuthError expected)
    {
        string line = $$"""{"type":"RESPONSE","status":"denied","reason":"{{reason}}","message":"Said the daemon."}""";
        await using var server = new FakeServer(FakeServer.Answers(line, Success));
        await using KeychainAuthClient client = await ConnectAsync(server);
        KeychainAuthException refusal = await Assert.ThrowsAsync<KeychainAuthException>(() => client.ReadAsync("s", ["t"], Cancellation));
        Assert.Equal((expected, reason, "Said the daemon."), (refusal.Error, refusal.Reason, refusal.Message));

        // The connection lives on as far as the client is concerned.
        Assert.Empty(await client.ReadAsync("s", ["t"], Cancellation));
    }

    [Fact]
    public async Task ReadAsync_Values_AreGivenAsTheyCame()
    {
        await using var server = new FakeServer(FakeServer.Answers(
            """{"type":"RESPONSE","status":"success","results":[{"target":"a","value":"\u003cé\n"},{"target":"b","value":"","attributes":{"x":"y"}}]}"""));
        await using KeychainAuthClient client = await ConnectAsync(server);
        IReadOnlyList<Secret> secrets = await client.ReadAsync("s", ["a", "gone", "b"], Cancellation);
        Assert.Equal(["<é\n", ""], secrets.Select(s => Encoding.UTF8.GetString(s.Value.Span)));
        Assert.Equal("y", secrets[1].Attributes["x"]);
        Assert.Equal("""{"type":"REQUEST","action":"read","service":"s","targets":["a","gone","b"]}""", server.Received[1]);
    }

    [Fact]
    public async Task EachRequest_IsTheDocumentedLine()
    {
        await using var server = new FakeServer(FakeServer.Answers(Success, Success, Success, Success, Success, Success));
        await using KeychainAuthClient client = await ConnectAsync(server);
        var attributes = new Dictionary<string, string> { ["k"] = "<" };
        using var secret = new Secret("t", new SecretBuffer("v\"\n"u8), attributes);
        await client.WriteAsync("s", [secret], Cancellation);
        await client.ReadPrefixAsync("s", ["p"], attributes, Cancellation);
        await client.DeleteAsync("s", ["t"], Cancellation);
        await client.DeletePrefixAsync("s", ["p"], Cancellation);
        await client.SearchAsync("s", cancellationToken: Cancellation);
        await client.CheckAsync(Cancellation);
        Assert.Equal(
            [
                """{"type":"REQUEST","action":"write","service":"s","targets":["t"],"values":["v\"\n"],"attributes":{"k":"\u003c"}}""",
                """{"type":"REQUEST","action":"read","service":"s","match":"prefix","targets":["p"],"attributes":{"k":"\u003c"}}""",
                """{"type":"REQUEST","action":"delete","service":"s","targets":["t"]}""",
                """{"type":"REQUEST","action":"delete","service":"s","match":"prefix","targets":["p"]}""",
                """{"type":"REQUEST","action":"search","service":"s","targets":[]}""",
                """{"type":"REQUEST","action":"check","targets":[]}""",
            ],
            server.Received[1..]);
    }

    [Fact]
    public async Task CheckAsync_Services_AreTold()
    {
        await using var server = new FakeServer(FakeServer.Answers(
            """{"type":"RESPONSE","status":"success","results":[{"target":"aws","attributes":{"read":"true","search":"false","write":"true"}}]}"""));
        await using KeychainAuthClient client = await ConnectAsync(server);
        Assert.Equal(new ServiceAccess("aws", CanRead: true, CanWrite: true, CanSearch: false), Assert.Single(await client.CheckAsync(Cancellation)));
    }

    [Fact]
    public async Task ReadAsync_ManyCallersAtOnce_EachGetsItsOwnAnswer()
    {
        const int Callers = 50;
        await using var server = new FakeServer(async s =>
        {
            await s.ReceiveLineAsync();
            await s.SendAsync(FakeServer.Welcome);
            for (int i = 0; i < Callers; i++)
            {
                await s.ReceiveLineAsync();
                string target = s.Received[^1].Split('"')[^2];
                await s.SendAsync($$"""{"type":"RESPONSE","status":"success","results":[{"target":"{{target}}","value":"of {{target}}"}]}""");
            }
        });
        await using KeychainAuthClient client = await ConnectAsync(server);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async i =>
        {
            using Secret secret = Assert.Single(await client.ReadAsync("s", [$"t{i}"], Cancellation));
            Assert.Equal($"of t{i}", Encoding.UTF8.GetString(secret.Value.Span));
        })).WaitAsync(Patience, Cancellation);
    }

    [Fact]
    public async Task ReadAsync_LargeAnswerInPieces_IsPutTogether()
    {
        string value = new('x', 3_000_000);
        await using var server = new FakeServer(FakeServer.Answers(
            $$"""{"type":"RESPONSE","status":"success","results":[{"target":"t","value":"{{value}}"}]}"""));
        await using KeychainAuthClient client = await ConnectAsync(server);
        using Secret secret = Assert.Single(await client.ReadAsync("s", ["t"], Cancellation));
        Assert.Equal(value.Length, secret.Value.Length);
        Assert.False(secret.Value.Span.ContainsAnyExcept((byte)'x'));
    }

    [Fact]
    public async Task ReadAsync_NoAnswerInTime_EndsTheConnection()
    {
        await using var server = new FakeServer(async s =>
        {
            await s.ReceiveLineAsync();
            await s.SendAsync(FakeServer.Welcome);
            await s.ReceiveLineAsync();
            await s.ReceiveEndAsync();
        });
        // It is the time for connecting, too, which must do.
        await using KeychainAuthClient client = await ConnectAsync(server, TimeSpan.FromSeconds(3));
        Assert.Equal(KeychainAuthError.Timeout, (await Assert.ThrowsAsync<KeychainAuthException>(() => client.ReadAsync("s", ["t"], Cancellation))).Error);
        Assert.Equal(KeychainAuthError.ConnectionClosed, (await Assert.ThrowsAsync<KeychainAuthException>(() => client.ReadAsync("s", ["t"], Cancellation))).Error);
    }

    [Fact]
    public async Task ReadAsync_Cancelled_EndsTheConnection()
    {
        using var source = new CancellationTokenSource();
        await using var server = new FakeServer(async s =>
        {
            await s.ReceiveLineAsync();
            await s.SendAsync(FakeServer.Welcome);
            await s.ReceiveLineAsync();
            await source.CancelAsync();
            await s.ReceiveEndAsync();
        });
        await using KeychainAuthClient client = await ConnectAsync(server);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ReadAsync("s", ["t"], source.Token).WaitAsync(Patience, Cancellation));
        Assert.Equal(KeychainAuthError.ConnectionClosed, (await Assert.ThrowsAsync<KeychainAuthException>(() => client.ReadAsync("s", ["t"], Cancellation))).Error);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("""{"type":"WELCOME","protocol":2}""")]
    [InlineData("""{"type":"RESPONSE","status":"success","results":[{"target":"t"}]}""")]
    [InlineData("""{"type":"RESPONSE","status":"perhaps"}""")]
    public async Task ReadAsync_SenselessAnswer_IsAProtocolViolation(string line)
    {
        await using var server = new FakeServer(FakeServer.Answers(line));
        await using KeychainAuthClient client = await ConnectAsync(server);
        Assert.Equal(
            KeychainAuthError.ProtocolViolation,
            (await Assert.ThrowsAsync<KeychainAuthException>(() => client.ReadAsync("s", ["t"], Cancellation))).Error);
    }

    [Theory]
    [InlineData("""{"type":"WELCOME","protocol":1}""")]
    [InlineData("""{"type":"RESPONSE","status":"success"}""")]
    public async Task ConnectAsync_ServerThatKnowsNoVersion2_IsAProtocolViolation(string line)
    {
        await using var server = new FakeServer(FakeServer.Greets(line));
        Assert.Equal(KeychainAuthError.ProtocolViolation, (await RefusalAsync(server)).Error);
    }

    [Fact]
    public async Task ReadAsync_ConnectionClosedInTheMiddle_SaysSo()
    {
        await using var server = new FakeServer(async s =>
        {
            await s.ReceiveLineAsync();
            await s.SendAsync(FakeServer.Welcome);
            await s.ReceiveLineAsync();
            await s.SendBytesAsync("{\"type\":\"RESP"u8.ToArray());
        });
        await using KeychainAuthClient client = await ConnectAsync(server);
        Assert.Equal(
            KeychainAuthError.ConnectionClosed,
            (await Assert.ThrowsAsync<KeychainAuthException>(() => client.ReadAsync("s", ["t"], Cancellation))).Error);
    }

    [Fact]
    public async Task EachRequest_BadNames_AreFoundBeforeAnythingIsSent()
    {
        await using var server = new FakeServer(FakeServer.Answers());
        await using KeychainAuthClient client = await ConnectAsync(server);
        using var secret = new Secret("t", new SecretBuffer([0xFF]));
        using var one = new Secret("a", new SecretBuffer(1), new Dictionary<string, string> { ["x"] = "1" });
        using var other = new Secret("b", new SecretBuffer(1));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ReadAsync("a:b", ["t"], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.ReadAsync("s", [], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.DeleteAsync("s", ["a\n"], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.WriteAsync("s", [secret], Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => client.WriteAsync("s", [one, other], Cancellation));
        Assert.Single(server.Received);
    }

    [Fact]
    public async Task ReadAsync_Disposed_Throws()
    {
        await using var server = new FakeServer(FakeServer.Answers());
        KeychainAuthClient client = await ConnectAsync(server);
        await client.DisposeAsync();
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.ReadAsync("s", ["t"], Cancellation));
    }

    private static async Task<KeychainAuthException> RefusalAsync(FakeServer server) =>
        await Assert.ThrowsAsync<KeychainAuthException>(() => ConnectAsync(server));

    private static Task<KeychainAuthClient> ConnectAsync(FakeServer server, TimeSpan? timeout = null) => KeychainAuthClient
        .ConnectAsync(new KeychainAuthClientOptions { SocketPath = server.SocketPath, Timeout = timeout ?? Patience }, Cancellation)
        .WaitAsync(Patience, Cancellation);
}
