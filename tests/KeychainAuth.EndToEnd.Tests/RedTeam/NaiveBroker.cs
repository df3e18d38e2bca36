using System.Diagnostics;
using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>
/// tests/Programs/attack-naive-broker.c: the control for attacks that never reach a verifier, because the transport or
/// the daemon itself stops them.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class NaiveBroker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _canary = $"canary-{Guid.NewGuid():N}";

    private NaiveBroker(string program, string socket, string approved, string weakness, uint? user, IReadOnlyDictionary<string, string> environment)
    {
        Socket = socket;
        string[] arguments = [program, socket, approved, _canary, weakness];
        _process = user is { } id
            ? Command.Start("setpriv", ["--reuid", $"{id}", "--regid", $"{id}", "--clear-groups", "--", .. arguments], environment)
            : Command.Start(arguments[0], arguments[1..], environment);
    }

    public string Socket { get; }

    /// <param name="weakness">See the source; empty for none beyond the common ones.</param>
    public static async Task<NaiveBroker> StartAsync(RedTeamFixture fixture, string approved, string weakness = "")
    {
        string directory = await fixture.Naive.DirectoryAsync();
        var broker = new NaiveBroker(
            await fixture.ProgramAsync("attack-naive-broker"), Path.Combine(directory, "socket"), approved, weakness,
            RedTeamFixture.IsRoot ? RedTeamFixture.BareUser : null, fixture.Naive.Daemon.Environment);
        Assert.Equal("listens", await broker._process.StandardOutput.ReadLineAsync().WaitAsync(Patience));
        return broker;
    }

    public AttackResult Judge(CommandResult result) => AttackResult.Of(result, _canary);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }
}
