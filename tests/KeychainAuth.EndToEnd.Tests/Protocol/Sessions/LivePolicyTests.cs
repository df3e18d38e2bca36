using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Protocol.Refusals;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Sessions;

/// <summary>Each request is judged by config.json as it is at that moment, on connections that are open.</summary>
[SupportedOSPlatform("linux")]
public sealed class LivePolicyTests
{
    private static readonly string Write = AskIn("live", "write", ""","targets":["k"],"values":["v"]""");
    private static readonly string Read = AskIn("live", "read", ""","targets":["k"]""");
    private static readonly string NotAllowed = Refused("denied", "service_not_allowed", "This program may not read in service 'live'.");

    [Fact]
    public async Task Request_GrantsChangedByCommand_JudgedByTheNewOnesAtOnce()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--write", "live");
        Assert.Equal(Success, await client.AskAsync(Write));

        // Often, and without a pause: no two states of the file may be taken for each other.
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(NotAllowed, await client.AskAsync(Read));
            await daemon.CliOkAsync("allow", client.Executable, "--read", "live");
            Assert.Equal(Item("k", "v"), await client.AskAsync(Read));
            await daemon.CliOkAsync("disallow", client.Executable, "--read", "live");
        }
    }

    [Fact]
    public async Task Request_RevokedWhileConnected_ThisProgramClosedAndOthersServed()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient kept = await daemon.ConnectRegisteredAsync("--read", "live");
        await using RelayClient revoked = await daemon.ConnectRegisteredAsync("--read", "live");
        await using RelayClient second = daemon.Connect(revoked.Executable);
        Assert.Equal([Success, Success], [await revoked.AskAsync(Read), await second.AskAsync(Read)]);

        await daemon.CliOkAsync("revoke", revoked.Executable);
        foreach (RelayClient client in (RelayClient[])[revoked, second])
        {
            Assert.Equal(Unregistered, await client.AskAsync(Read));
            Assert.Null(await client.ReadLineAsync());
        }

        Assert.Equal(Success, await kept.AskAsync(Read));
    }

    /// <summary>By a person with an editor, in place; the same number of bytes each time.</summary>
    [Fact]
    public async Task Request_ConfigEditedByHand_JudgedByWhatItSaysNow()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "live");
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(Success, await client.AskAsync(Read));
            await ConfigEdit.ApplyAsync(daemon, client.Executable, entry => entry["allowed_read_services"] = new JsonArray("evil"));
            Assert.Equal(NotAllowed, await client.AskAsync(Read));
            await ConfigEdit.ApplyAsync(daemon, client.Executable, entry => entry["allowed_read_services"] = new JsonArray("live"));
        }
    }

    [Theory]
    [InlineData("{\"protocol_version\": \"1\", \"registered_binaries\": [")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"protocol_version\": \"2\"}")]
    [InlineData("{\"registered_binaries\": [{\"path\": \"relative\"}]}")]
    public async Task Request_ConfigBroken_EverythingRefusedAndServedAgainOnceMended(string broken)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "live", "--search");
        Assert.Equal(Success, await client.AskAsync(Read));
        string good = await File.ReadAllTextAsync(daemon.ConfigFile, TestContext.Current.CancellationToken);

        await File.WriteAllTextAsync(daemon.ConfigFile, broken, TestContext.Current.CancellationToken);
        const string Refusal = """{"type":"RESPONSE","status":"error","reason":"internal_error","message":"The policy cannot be read, so nothing is served: """;
        foreach (string request in (string[])[Read, AskIn("live", "search", ""), """{"type":"REQUEST","action":"check"}"""])
        {
            string answer = Assert.IsType<string>(await client.AskAsync(request));
            Assert.StartsWith(Refusal, answer, StringComparison.Ordinal);
            Assert.Contains(daemon.ConfigFile, answer, StringComparison.Ordinal);
        }

        // Whoever connects now is told so unprompted: nobody knows whether it is registered.
        await using (RelayClient newcomer = daemon.Connect(client.Executable))
        {
            Assert.StartsWith(Refusal, await newcomer.ReadLineAsync(), StringComparison.Ordinal);
            Assert.Null(await newcomer.ReadLineAsync());
        }

        Assert.Equal(["read", "search", "check", "connect"], daemon.AuditRecords("internal_error").Select(r => r.GetProperty("action").GetString()));
        Assert.Equal(broken, await File.ReadAllTextAsync(daemon.ConfigFile, TestContext.Current.CancellationToken));

        await File.WriteAllTextAsync(daemon.ConfigFile, good, TestContext.Current.CancellationToken);
        Assert.Equal(Success, await client.AskAsync(Read));
    }

    /// <summary>Without a file nobody is registered; once it is back, they are again.</summary>
    [Fact]
    public async Task Request_ConfigRemovedAndPutBack_NobodyRegisteredMeanwhile()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        Assert.False(File.Exists(daemon.ConfigFile), "A daemon writes no config.json of its own.");
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "live");
        Assert.Equal(Success, await client.AskAsync(Read));

        File.Move(daemon.ConfigFile, daemon.ConfigFile + ".away");
        Assert.Equal(Unregistered, await client.AskAsync(Read));
        Assert.Null(await client.ReadLineAsync());
        await using (RelayClient stranger = daemon.Connect(client.Executable))
        {
            Assert.Equal(Unregistered + "\n", await stranger.ReadToEndAsync());
        }

        File.Move(daemon.ConfigFile + ".away", daemon.ConfigFile);
        await using RelayClient again = daemon.Connect(client.Executable);
        Assert.Equal(Success, await again.AskAsync(Read));
    }
}
