using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.CommandLine;

/// <summary>A document that makes no sense is never overwritten, whichever command meets it.</summary>
[SupportedOSPlatform("linux")]
public sealed class BrokenDocumentTests
{
    private const string OneBinary = """{"protocol_version":"1","registered_binaries":[{"path":"/x","hash":"sha256:HASH"}]}""";

    [Theory]
    [InlineData("{", "cannot be parsed")]
    [InlineData("", "cannot be parsed")]
    [InlineData("null", "null")]
    [InlineData("[]", "cannot be parsed")]
    [InlineData("""{"protocol_version":"2"}""", "protocol_version")]
    [InlineData("""{"protocol_version":null}""", "protocol_version")]
    [InlineData("""{"registered_binaries":[null]}""", "registered_binaries[0]")]
    [InlineData(OneBinary, "hash")]
    [InlineData("""{"registered_binaries":[{"path":"relative","hash":"sha256:x"}]}""", "absolute")]
    [InlineData("""{"limits":{"max_connections":1}}""", "max_connections")]
    [InlineData("""{"unattributed":"maybe"}""", "unattributed")]
    [InlineData("{\"protocol_version\":\"1\"}\n{}", "cannot be parsed")]
    public async Task Commands_BrokenConfig_FailAndLeaveItAlone(string text, string word)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { ConfigJson = text });
        string tool = await daemon.CompileAsync("relay");
        string hash = new('a', 64);
        string[][] commands =
        [
            ["register", tool], ["authorize", tool, "demo"], ["allow", tool, "--read", "demo"], ["disallow", tool, "--read", "demo"],
            ["upgrade", tool], ["revoke", tool], ["deny", hash, tool], ["list"], ["check", tool, "demo"], ["plugins"], ["start"],
        ];
        foreach (string[] command in commands)
        {
            CommandResult result = await daemon.CliAsync(command);
            string what = $"{string.Join(' ', command)}: {result}";
            Assert.True(result.ExitCode == 1, what);
            string sentence = Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
            Assert.True(sentence.Contains(daemon.ConfigFile, StringComparison.Ordinal) && sentence.Contains(word, StringComparison.Ordinal), what);
            Assert.Equal("", result.Output);
            Assert.Equal(text, await File.ReadAllTextAsync(daemon.ConfigFile, TestContext.Current.CancellationToken));
        }

        // These tell what they can.
        Assert.Equal(3, (await daemon.CliAsync("status")).ExitCode);
        Assert.Contains(word, (await daemon.CliAsync("doctor")).Output, StringComparison.Ordinal);
        await daemon.CliOkAsync("list-pending");
        await daemon.CliOkAsync("--version");
        Assert.Equal(text, await File.ReadAllTextAsync(daemon.ConfigFile, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("""[{"path":"x","hash":"y"}]""")]
    [InlineData("""[{"path":"/x","hash":"y","timestamp":"never"}]""")]
    public async Task Commands_BrokenPending_FailAndLeaveItAlone(string text)
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { ConfigJson = "{}" });
        await File.WriteAllTextAsync(daemon.PendingFile, text, TestContext.Current.CancellationToken);
        string hash = new('a', 64);
        foreach (string[] command in (string[][])[["list-pending"], ["approve", hash], ["deny", hash, "/x"]])
        {
            CommandResult result = await daemon.CliAsync(command);
            Assert.True(result.ExitCode == 1, $"{string.Join(' ', command)}: {result}");
            Assert.Contains(daemon.PendingFile, Assert.Single(result.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
            Assert.Equal("{}", await File.ReadAllTextAsync(daemon.ConfigFile, TestContext.Current.CancellationToken));
        }

        // The daemon serves and refuses as ever; that it could not queue a program is in its log.
        await daemon.StartProcessAsync();
        string tool = await daemon.CompileAsync("relay");
        await using (RelayClient stranger = daemon.Connect(tool))
        {
            Assert.Contains("unregistered_binary_pending_approval", await stranger.ReadToEndAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(0, await daemon.StopAsync());
        Assert.Contains(daemon.PendingFile, daemon.Output, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(daemon.PendingFile, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Request_ConfigBreaksAndIsMended_IsDeniedInBetween()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await using RelayClient client = await daemon.ConnectRegisteredAsync("--read", "demo");
        const string Read = """{"type":"REQUEST","action":"read","service":"demo","targets":["k"]}""";
        Assert.Equal("""{"type":"RESPONSE","status":"success"}""", await client.AskAsync(Read));
        string good = await File.ReadAllTextAsync(daemon.ConfigFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(daemon.ConfigFile, good[..^5], TestContext.Current.CancellationToken);
        Assert.Contains("cannot be parsed", await client.AskAsync(Read), StringComparison.Ordinal);
        Assert.Equal(good[..^5], await File.ReadAllTextAsync(daemon.ConfigFile, TestContext.Current.CancellationToken));
        await File.WriteAllTextAsync(daemon.ConfigFile, good, TestContext.Current.CancellationToken);
        Assert.Equal("""{"type":"RESPONSE","status":"success"}""", await client.AskAsync(Read));
    }

    [Fact]
    public async Task Commands_UnknownProperties_SurviveARewrite()
    {
        const string Config = """{"protocol_version":"1","note":{"by":"a person"},"registered_binaries":[]}""";
        await using TestDaemon daemon = await TestDaemon.CreateAsync(new TestDaemonOptions { ConfigJson = Config });
        await daemon.CliOkAsync("register", await daemon.CompileAsync("relay"));
        Assert.Contains("a person", await File.ReadAllTextAsync(daemon.ConfigFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
