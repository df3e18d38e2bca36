using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Row 16: somebody else behind the socket. What is stolen here is what a client writes.</summary>
[SupportedOSPlatform("linux")]
public sealed class SquattingRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    private const uint OtherUser = RedTeamFixture.BareUser + 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Row16_OtherUsersSocketWhereClientsLook_IsNotSpokenTo()
    {
        NeedRoot("it takes a second user.");
        string directory = Path.Combine(Fixture.Public, $"squat-{Guid.NewGuid():N}");
        Directory.CreateDirectory(directory);
        Assert.Equal(0, (await Command.RunAsync("chown", [OtherUser.ToString(CultureInfo.InvariantCulture), directory])).ExitCode);
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
        (int naive, int ours, string answers) = await StealAsync(Path.Combine(directory, "agent.sock"), OtherUser);
        Assert.Contains("UntrustedServer", answers, StringComparison.Ordinal);
        Stops("16a", "another user's socket where clients look", new AttackResult(naive, ""), new AttackResult(ours, $"UntrustedServer {Regex.Count(answers, "UntrustedServer")}"), null);
    }

    [Fact]
    public async Task Row16_SameUsersSocketInTheDaemonsPlace_IsAKnownLimit()
    {
        string directory = await UserMode.DirectoryAsync();
        (int naive, int ours, _) = await StealAsync(Path.Combine(directory, "agent.sock"), RedTeamFixture.IsRoot ? RedTeamFixture.BareUser : null);
        IsKnownLimit("16b", "a same-user program in the daemon's place gets what clients write", new AttackResult(naive, ""), new AttackResult(ours, ""), null);
    }

    /// <returns>How often a client that checks nothing gave its secret away, how often ours did, and what ours said.</returns>
    private async Task<(int Naive, int Ours, string Answers)> StealAsync(string socket, uint? thief)
    {
        string squatter = await Fixture.ProgramAsync("attack-squat");
        string relay = await Fixture.ProgramAsync("relay");
        string client = await Fixture.NativeClientAsync();
        string naive = $"canary-{Guid.NewGuid():N}";
        string ours = $"canary-{Guid.NewGuid():N}";
        string user = thief?.ToString(CultureInfo.InvariantCulture) ?? (await Command.RunAsync("id", ["-u"])).Output.Trim();
        using Process process = Command.Start(squatter, [socket, user], UserMode.Daemon.Environment);
        try
        {
            Assert.Equal("listens", await process.StandardOutput.ReadLineAsync().WaitAsync(Patience));
            Task<string> loot = process.StandardOutput.ReadToEndAsync();
            string request = $$$"""{"type":"REQUEST","action":"write","service":"vault","targets":["mine"],"values":["{{{naive}}}"]}""";
            await UserMode.RepeatAsync($"printf '%s\\n' '{request}' | '{relay}' '{socket}'", Tries);
            CommandResult said = await UserMode.RepeatAsync($"printf %s {ours} | KEYCHAIN_AUTH_SOCKET='{socket}' '{client}' write vault mine", Tries);
            process.StandardInput.Close();
            string taken = await loot.WaitAsync(Patience);
            return (Regex.Count(taken, naive), Regex.Count(taken, ours), said.Output);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            await process.WaitForExitAsync().WaitAsync(Patience);
        }
    }
}
