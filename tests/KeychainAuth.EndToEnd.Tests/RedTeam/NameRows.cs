using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Row 15: names that read as others.</summary>
[SupportedOSPlatform("linux")]
public sealed class NameRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    // The attacker may read service "demo"; the secret is vault/token, and another copy of it vault/x:tok.
    internal static readonly string[] Requests =
    [
        """{"type":"REQUEST","action":"read","service":"vault:x","targets":["tok"]}""",
        """{"type":"REQUEST","action":"read","service":"demo","targets":["vault:token"]}""",
        """{"type":"REQUEST","action":"read","service":"demo","targets":["../vault/token"]}""",
        """{"type":"REQUEST","action":"read","service":"demo","targets":["\u0000vault:token"]}""",
        """{"type":"REQUEST","action":"read","service":"demo\u0000","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"demo\nvault","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"VAULT","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"vault ","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"va\u00adult","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"\uff56ault","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"vau\u200blt","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"vault\ud800","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"demo","service":"vault","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"vault","Service":"demo","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","SERVICE":"vault","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":["demo","vault"],"targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"*","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"demo","match":"prefix","targets":["vault"]}""",
        """{"type":"REQUEST","action":"read","service":"","match":"prefix","targets":["v"]}""",
        """{"type":"REQUEST","action":"search","service":"vault","targets":[]}""",
        """{"type":"REQUEST","action":"READ","service":"vault","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"demo","targets":["token"],"attributes":{"service":"vault"}}""",
        """{"type":"REQUEST","action":"check","service":"vault"}""",
        """{"type":"REQUEST","action":"read","service":"d\u0435mo","targets":["token"]}""",
        """{"type":"REQUEST","action":"read","service":"vault","targets":["token"],"id":"\",\"status\":\"success"}""",
    ];

    [Fact]
    public async Task Row15_NameThatReadsAsAnother_IsNotMistaken()
    {
        string relay = await Fixture.ProgramAsync("relay");
        AttackResult naive;
        string control = await Naive.InstallAsync(relay);
        await using (NaiveBroker broker = await NaiveBroker.StartAsync(Fixture, control, "joined"))
        {
            naive = broker.Judge(await Naive.RepeatAsync($"printf '%s\\n' '{Requests[0]}' | '{control}' '{broker.Socket}'", Tries));
        }

        // What the command line refuses to grant, nobody has.
        string attacker = await UserMode.InstallAsync(relay);
        Assert.NotEqual(0, (await UserMode.Daemon.CliAsync("register", attacker, "--read", "vault:x")).ExitCode);
        await UserMode.Daemon.CliOkAsync("register", attacker, "--read", "demo", "--search");
        await using (RelayClient owner = await UserMode.Daemon.ConnectRegisteredAsync("--write", "vault"))
        {
            string write = $$$"""{"type":"REQUEST","action":"write","service":"vault","targets":["x:tok"],"values":["{{{UserMode.Canary}}}"]}""";
            Assert.Equal("""{"type":"RESPONSE","status":"success"}""", await owner.AskAsync(write));
        }

        string lines = Path.Combine(await UserMode.DirectoryAsync(), "requests");
        await File.WriteAllLinesAsync(lines, Requests, TestContext.Current.CancellationToken);
        await UserMode.GiveAsync(lines);
        int rounds = Tries / Requests.Length;
        AttackResult userMode = UserMode.Judge(await UserMode.RepeatAsync(
            $"while IFS= read -r line; do printf '%s\\n' \"$line\" | '{attacker}' '{UserMode.Daemon.Socket}'; done < '{lines}'", rounds));
        string approved = await UserMode.ApproveAsync(await Fixture.ApprovedAsync());
        Stops("15", $"{Requests.Length} ways to spell another's service and target", naive, userMode, await HonestAsync(approved), rounds * Requests.Length);

        // What was written under the colliding name lies under its own.
        using JsonDocument keyring = JsonDocument.Parse(await File.ReadAllTextAsync(UserMode.Daemon.Keyring, TestContext.Current.CancellationToken));
        Assert.True(keyring.RootElement.TryGetProperty("vault:x:tok", out _));
    }
}
