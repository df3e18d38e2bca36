using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Row 0: what any program of the user may do as that user, without attacking anything.</summary>
[SupportedOSPlatform("linux")]
public sealed class UserModeRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    [Fact]
    public async Task Row00_ReadsTheFileKeyring_IsAKnownLimit()
    {
        async Task<AttackResult> Attack(AttackedDaemon daemon)
        {
            CommandResult result = await daemon.RepeatAsync($"cat '{daemon.Daemon.Keyring}'", Tries);
            string encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(daemon.Canary));
            return AttackResult.Of(string.Join('\n', result.Output.Split('\n').Where(l => l.Contains("vault:token", StringComparison.Ordinal))), encoded);
        }

        IsKnownLimit("0a", "reads keyring.json, where the store is the file", await Attack(Naive), await Attack(UserMode), null);
    }

    [Fact]
    public async Task Row00_RegistersItself_IsAKnownLimit()
    {
        async Task<AttackResult> Attack(AttackedDaemon daemon)
        {
            string stranger = await daemon.InstallAsync(await Fixture.StrangerAsync());
            string command = Path.Combine(Fixture.Tree, "keychain-auth");
            return daemon.Judge(await daemon.RepeatAsync(
                $"'{command}' register '{stranger}' --read vault > /dev/null; '{stranger}' '{daemon.Daemon.Socket}' once; '{command}' revoke '{stranger}' > /dev/null", Tries));
        }

        IsKnownLimit("0b", "approves itself, by the command line or in config.json", await Attack(Naive), await Attack(UserMode), null);
        Assert.True(UserMode.Daemon.AuditRecords().Count(r => r.GetProperty("action").GetString() == "config") >= Tries, "An approval left no record.");
    }
}
