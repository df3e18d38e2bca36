using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.CommandLine;

/// <summary>Names that others chose cannot command a terminal, nor read as something else.</summary>
[SupportedOSPlatform("linux")]
public sealed class EscapeTests
{
    [Theory]
    [InlineData("a\u001b[2J\u001b]0;title\u0007b")]
    [InlineData("two\nlines\r")]
    [InlineData("\u202egnp.exe\u202c")]
    [InlineData("c1\u009b31m")]
    public async Task Outputs_ProgramWithAnEvilName_ShowItEscaped(string name)
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        string tool = await daemon.CompileAsync("relay", name);
        await using (RelayClient stranger = daemon.Connect(tool))
        {
            Assert.Contains("unregistered", await stranger.ReadToEndAsync(), StringComparison.Ordinal);
        }

        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(tool, TestContext.Current.CancellationToken)));
        string[][] commands =
        [
            ["list-pending"], ["deny", hash], ["register", tool], ["register", tool, "--read", "demo"], ["authorize", tool, "demo"],
            ["allow", tool, "--write", "x"], ["disallow", tool, "--write", "x"], ["check", tool, "demo"], ["upgrade", tool], ["list"],
            ["audit", "-n", "100"], ["revoke", tool], ["revoke", tool], ["allow", tool, "--read", "x"], ["check", tool, "x"], ["doctor"], ["status"],
        ];
        foreach (string[] command in commands)
        {
            AssertHarmless(await daemon.CliAsync(command), command);
        }

        // For programs the name is what it is, in JSON's own escapes.
        await daemon.CliOkAsync("register", tool);
        CommandResult json = await daemon.CliAsync("list", "--json");
        AssertHarmless(json, ["list", "--json"]);
        Assert.Contains(tool, System.Text.Json.JsonDocument.Parse(json.Output).RootElement.EnumerateArray().Select(e => e.GetProperty("path").GetString()));
        Assert.DoesNotContain(daemon.Output, c => c is '\u001b' or '\u009b' or '\u202e' or '\r');
    }

    [Fact]
    public async Task Register_NameThatIsNoUtf8_IsRefused()
    {
        await using TestDaemon daemon = await TestDaemon.CreateAsync();
        await daemon.CompileAsync("relay");
        CommandResult result = await daemon.RunAsync(
            "sh", "-c", "cp \"$1/relay\" \"$1/$(printf 'r\\377')\" && exec \"$2\" register \"$1/$(printf 'r\\377')\"", "sh", daemon.Work, Path.Combine(RepositoryPaths.Tree, "keychain-auth"));
        await RemoveAsync(daemon);
        Assert.Equal(1, result.ExitCode);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.False(File.Exists(daemon.ConfigFile));
    }

    [Fact]
    public async Task Connect_NameThatIsNoUtf8_IsRefusedAndAudited()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        await daemon.CompileAsync("relay");
        CommandResult result = await daemon.RunAsync("sh", "-c", "cp \"$1/relay\" \"$1/$(printf 'r\\377')\" && exec \"$1/$(printf 'r\\377')\" \"$2\" </dev/null", "sh", daemon.Work, daemon.Socket);
        await RemoveAsync(daemon);
        Assert.Contains("\"status\":\"denied\"", result.Output, StringComparison.Ordinal);
        Assert.Contains(daemon.AuditRecords(), r => r.GetProperty("result").GetString() == "DENIED");
        await daemon.CliOkAsync("audit", "verify");
    }

    // .NET cannot name such a file, so it could not remove it either.
    private static async Task RemoveAsync(TestDaemon daemon) =>
        Assert.Equal(0, (await Command.RunAsync("sh", ["-c", "rm \"$1\"/r*", "sh", daemon.Work])).ExitCode);

    private static void AssertHarmless(CommandResult result, string[] command)
    {
        foreach (char c in result.Output + result.Error)
        {
            Assert.False((char.IsControl(c) && c != '\n') || c is '\u202e' or '\u202c', $"{string.Join(' ', command)}: U+{(int)c:X4} in {result}");
        }

        Assert.DoesNotContain("two\nlines", result.Output + result.Error, StringComparison.Ordinal);
    }
}
