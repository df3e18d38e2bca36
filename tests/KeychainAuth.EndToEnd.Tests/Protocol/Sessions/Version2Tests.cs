using System.Runtime.Versioning;
using System.Text.Json;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Sessions;

/// <summary>HELLO, WELCOME and RECONNECT, spoken by a client in C.</summary>
[SupportedOSPlatform("linux")]
public sealed class Version2Tests(SessionDaemon fixture) : IClassFixture<SessionDaemon>
{
    private const int MostReconnects = 3;

    private static readonly string Request = AskIn("two", "read", ""","targets":["k"],"id":1""");
    private static readonly string Answer = """{"type":"RESPONSE","status":"success","id":1}""";

    /// <summary>The first connection of a process precedes its pin; the second does not.</summary>
    [Fact]
    public async Task Hello_FirstConnectionOfProcess_ReconnectThenWelcomeAndServed()
    {
        await using Speaker client = await StartRegisteredAsync();
        await client.DoAsync("connect");
        Assert.Equal(Reconnect, await client.RequestAsync(Hello));
        Assert.Null(await client.ReceiveAsync());

        await client.DoAsync("connect");
        Assert.Equal(Welcome, await client.RequestAsync(Hello));
        Assert.Equal(Answer, await client.RequestAsync(Request));
        Assert.Equal(Malformed("HELLO must be the first line."), await client.RequestAsync(Hello));
        Assert.Equal(Answer, await client.RequestAsync(Request));
    }

    /// <summary>HELLO and the requests after it may be sent at once: after RECONNECT none of them is served.</summary>
    [Fact]
    public async Task Hello_Pipelined_RequestsServedOnlyAfterWelcome()
    {
        await using Speaker client = await StartRegisteredAsync();
        await client.DoAsync("connect");
        await client.DoAsync($"send {Hello}");
        await client.AskAsync($"send {Request}");
        Assert.Equal(Reconnect, await client.ReceiveAsync());
        Assert.Null(await client.ReceiveAsync());

        await ConnectUntilWelcomeAsync(client, andSend: Request);
        Assert.Equal(Answer, await client.ReceiveAsync());
    }

    [Fact]
    public async Task Hello_OnceWelcome_EntryRaisedAuditedAndVersion1Refused()
    {
        await using Speaker client = await StartRegisteredAsync();
        await client.DoAsync("connect");
        Assert.Equal(Answer, await client.RequestAsync(Request));
        await ConnectUntilWelcomeAsync(client);
        Assert.Equal(Answer, await client.RequestAsync(Request));

        Assert.Equal(2, Entry(client.Executable).GetProperty("protocol").GetInt32());
        JsonElement raised = Assert.Single(fixture.Daemon.AuditRecords("protocol_raised"), r => r.GetProperty("pid").GetInt32() == client.ProcessId);
        Assert.Equal(("config", "ACCEPTED"), (raised.GetProperty("action").GetString(), raised.GetProperty("result").GetString()));

        // Version 1 in its name: also from a connection made after the pin, and from another process of the same program.
        await client.DoAsync("connect");
        await AssertReconnectRequiredAsync(client);
        await using Speaker other = await Speaker.ConnectAsync(fixture.Daemon, client.Executable);
        await AssertReconnectRequiredAsync(other);

        await ConnectUntilWelcomeAsync(client);
        Assert.Equal(Answer, await client.RequestAsync(Request));
        Assert.Single(fixture.Daemon.AuditRecords("protocol_raised"), r => r.GetProperty("binary_path").GetString() == client.Executable);
    }

    /// <summary>An entry that a person has set to version 1 stays there.</summary>
    [Fact]
    public async Task Hello_EntrySetToVersion1_WelcomeAndNotRaised()
    {
        await using Speaker client = await StartRegisteredAsync("--protocol", "1");
        await ConnectUntilWelcomeAsync(client);
        Assert.Equal(1, Entry(client.Executable).GetProperty("protocol").GetInt32());
        await client.DoAsync("connect");
        Assert.Equal(Answer, await client.RequestAsync(Request));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(-2147483648)]
    public async Task Hello_OtherVersion_MalformedAndKept(int version)
    {
        await using Speaker client = await StartRegisteredAsync();
        await client.DoAsync("connect");
        string hello = $$"""{"type":"HELLO","protocol":{{version}}}""";
        Assert.Equal(Malformed("This daemon speaks protocol 2 and, without HELLO, 1."), await client.RequestAsync(hello));
        Assert.Equal(Answer, await client.RequestAsync(Request));
        Assert.False(Entry(client.Executable).TryGetProperty("protocol", out _));
    }

    [Fact]
    public async Task Hello_AfterRequest_MalformedAndKept()
    {
        await using Speaker client = await StartRegisteredAsync();
        await client.DoAsync("connect");
        Assert.Equal(Answer, await client.RequestAsync(Request));
        Assert.Equal(Malformed("HELLO must be the first line."), await client.RequestAsync(Hello));
        Assert.Equal(Answer, await client.RequestAsync(Request));
    }

    /// <summary>Keys of any case and unknown properties, as everywhere.</summary>
    [Fact]
    public async Task Hello_OddlyWritten_Understood()
    {
        await using Speaker client = await StartRegisteredAsync();
        await ConnectUntilWelcomeAsync(client, hello: """{"Protocol":1,"TYPE":"HELLO","x":[{}],"\u0070rotocol":2}""");
    }

    [Fact]
    public async Task Hello_NotRegistered_ToldUnprompted()
    {
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, await Speaker.CompileAsync(fixture.Daemon));
        await client.AskAsync($"send {Hello}");
        Assert.Equal(Unregistered, await client.ReceiveAsync());
        Assert.Null(await client.ReceiveAsync());
    }

    private async Task<Speaker> StartRegisteredAsync(params string[] options) =>
        await Speaker.StartAsync(fixture.Daemon, await Speaker.RegisterAsync(fixture.Daemon, ["--read", "two", .. options]));

    private JsonElement Entry(string executable) =>
        JsonDocument.Parse(File.ReadAllText(fixture.Daemon.ConfigFile)).RootElement.GetProperty("registered_binaries").EnumerateArray()
            .Single(entry => entry.GetProperty("path").GetString() == executable);

    private static async Task AssertReconnectRequiredAsync(Speaker client)
    {
        Assert.StartsWith("""{"type":"RESPONSE","status":"denied","reason":"reconnect_required","id":1,"message":""", await client.RequestAsync(Request), StringComparison.Ordinal);
        Assert.Null(await client.ReceiveAsync());
    }

    // As the protocol has it: more than three in a row are an error.
    private static async Task ConnectUntilWelcomeAsync(Speaker client, string hello = Hello, string? andSend = null)
    {
        for (int reconnects = 0; reconnects <= MostReconnects; reconnects++)
        {
            await client.DoAsync("connect");
            await client.DoAsync($"send {hello}");
            if (andSend is not null)
            {
                await client.AskAsync($"send {andSend}");
            }

            string? answer = await client.ReceiveAsync();
            if (answer == Welcome)
            {
                return;
            }

            Assert.Equal(Reconnect, answer);
        }

        Assert.Fail($"More than {MostReconnects} RECONNECTs in a row.");
    }
}
