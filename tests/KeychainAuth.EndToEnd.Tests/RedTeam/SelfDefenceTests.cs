using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>What the daemon does about itself, beside the rows.</summary>
[SupportedOSPlatform("linux")]
[Collection(RedTeamGroup.Name)]
public sealed class SelfDefenceTests(RedTeamFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Start_FewOpenFilesAllowed_RaisesTheLimitAndSwitchesCoreDumpsOff()
    {
        await using TestDaemon place = await TestDaemon.CreateAsync(fixture.Options());
        string[] command = ["--nofile=300:3000", "--core=unlimited", Path.Combine(fixture.Tree, "keychain-auth"), "start"];
        using Process daemon = RedTeamFixture.IsRoot
            ? Command.Start("setpriv", ["--reuid", $"{RedTeamFixture.BareUser}", "--regid", $"{RedTeamFixture.BareUser}", "--clear-groups", "prlimit", .. command], place.Environment)
            : Command.Start("prlimit", command, place.Environment);
        try
        {
            string? line;
            do
            {
                line = await daemon.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
                Assert.NotNull(line);
            }
            while (!line.Contains(" listens on ", StringComparison.Ordinal));

            string[] limits = await File.ReadAllLinesAsync($"/proc/{daemon.Id}/limits", TestContext.Current.CancellationToken);
            Assert.Equal(["3000", "3000"], Values(limits, "Max open files"));
            Assert.Equal(["0", "0"], Values(limits, "Max core file size"));
        }
        finally
        {
            await Command.RunAsync("kill", [daemon.Id.ToString(CultureInfo.InvariantCulture)]);
            await daemon.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Status_UserMode_SaysThatItDoesNotIsolate()
    {
        Assert.Contains("same-user isolation: no", await fixture.UserMode.Daemon.CliOkAsync("status"), StringComparison.Ordinal);
        Assert.Contains("same-user isolation", (await fixture.UserMode.Daemon.CliAsync("doctor")).Output, StringComparison.Ordinal);
    }

    private static string[] Values(string[] limits, string name) =>
        [.. limits.Single(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2)];
}
