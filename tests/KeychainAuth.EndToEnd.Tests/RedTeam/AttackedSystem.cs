using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.SystemMode;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>
/// A machine on which system mode is installed and runs as its unit would, with a secret of one user's. That user's own
/// programs attack.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class AttackedSystem : IAsyncDisposable
{
    public const string Launcher = SystemWorld.Tree + "/keychain-auth-launch";

    // A command has its deadline; what is tried often is tried in parts.
    private const int PartSize = 10;

    private const string WriteToken = """{"type":"REQUEST","action":"write","service":"vault","targets":["token"],"values":["@"]}""";

    /// <summary>Whose secret it is, and whose programs attack.</summary>
    public static string User => SystemWorld.Alice;

    public SystemWorld World { get; } = new();

    /// <summary>The secret: service <c>vault</c>, target <c>token</c>.</summary>
    public string Canary { get; } = $"canary-{Guid.NewGuid():N}";

    public static async Task<AttackedSystem> StartAsync()
    {
        var system = new AttackedSystem();
        try
        {
            await system.World.InitializeAsync();
            await system.World.StartAsync();
            string relay = await system.World.RegisterRelayAsync(User, "--write", "vault");
            await using (RelayClient writer = system.World.Connect(User, relay))
            {
                Assert.Equal("{\"type\":\"RESPONSE\",\"status\":\"success\"}", await writer.AskAsync(WriteToken.Replace("@", system.Canary, StringComparison.Ordinal)));
            }

            await system.World.OkAsync(SystemWorld.Root, SystemWorld.Program, "revoke", relay, "--user", User);
            return system;
        }
        catch
        {
            await system.DisposeAsync();
            throw;
        }
    }

    /// <summary>Copies a program into a fresh directory of the user's.</summary>
    public async Task<string> InstallAsync(string program, string? name = null, long? size = null)
    {
        string directory = Path.Combine(World.HomeOf(User), Guid.NewGuid().ToString("N"));
        string path = Path.Combine(directory, name ?? Path.GetFileName(program));
        await World.OkAsync(User, "mkdir", directory);
        await World.OkAsync(User, "cp", program, path);
        if (size is { } bytes)
        {
            await World.OkAsync(User, "truncate", "-s", bytes.ToString(CultureInfo.InvariantCulture), path);
        }

        return path;
    }

    /// <summary>Copies a program with everything beside it into a fresh directory of the user's.</summary>
    public async Task<string> InstallTreeAsync(string program)
    {
        string directory = Path.Combine(World.HomeOf(User), Guid.NewGuid().ToString("N"));
        await World.OkAsync(User, "cp", "-R", Path.GetDirectoryName(program)!, directory);
        return Path.Combine(directory, Path.GetFileName(program));
    }

    /// <summary>Starts a program of a user's that stays until it is disposed: its input never ends.</summary>
    public async Task<WorldProcess> StayAsync(string ready, string user, params string[] command)
    {
        string input = Path.Combine(World.Work, Guid.NewGuid().ToString("N"));
        await World.OkAsync(SystemWorld.Root, "mkfifo", input);
        return await World.StartAsync(
            ready, ["sh", "-c", "i=$1 u=$2; shift 2; exec setpriv --reuid $u --regid $u --init-groups -- \"$@\" 0<> $i", "stay", input, user, .. command]);
    }

    /// <summary>Installs a program and approves it with root's word.</summary>
    public async Task<string> ApproveAsync(string program, params string[] options)
    {
        string path = await InstallAsync(program);
        await RegisterAsync(path, options);
        return path;
    }

    public Task<string> RegisterAsync(string path, params string[] options) =>
        World.OkAsync(SystemWorld.Root, SystemWorld.Program, ["register", path, "--user", User, "--read", "vault", .. options]);

    /// <summary>A program of the user's that becomes an approved one through the launcher.</summary>
    public async Task<string> ThroughLauncherAsync(string approved)
    {
        string path = Path.Combine(Path.GetDirectoryName(approved)!, $"launch-{Path.GetFileName(approved)}");
        string compiled = await World.CompileAsync("attack-through-launcher", $"-DLAUNCHER=\"{Launcher}\"", $"-DAPPROVED=\"{approved}\"");
        await World.OkAsync(User, "cp", compiled, path);
        return path;
    }

    /// <summary>
    /// Runs a command over and over, as its user. One that gives up is a try that came to nothing, and is counted as such:
    /// most attackers cannot even start here.
    /// </summary>
    public async Task<AttackResult> RepeatAsync(int times, string user, params string[] command)
    {
        var output = new StringBuilder();
        const string Loop = "n=$1; shift; i=0; while [ $i -lt $n ]; do timeout 30 \"$@\" 2> /dev/null || echo '\"reason\":\"gave_up\"'; i=$((i+1)); done";
        for (int left = times; left > 0; left -= PartSize)
        {
            CommandResult part = await World.RunAsync(
                user, "sh", ["-c", Loop, "repeat", Math.Min(left, PartSize).ToString(CultureInfo.InvariantCulture), .. command]);
            output.AppendLine(part.Output);
        }

        return AttackResult.Of(output.ToString(), Canary);
    }

    /// <summary>The approved program in its user's hands, through the launcher.</summary>
    public async Task<(int Served, int Of)> UseHonestlyAsync(int times, params string[] command)
    {
        int served = 0;
        for (int left = times; left > 0; left -= PartSize)
        {
            CommandResult part = await World.RunAsync(
                User, "sh",
                ["-c", "n=$1; shift; i=0; while [ $i -lt $n ]; do \"$@\"; i=$((i+1)); done", "use", Math.Min(left, PartSize).ToString(CultureInfo.InvariantCulture), Launcher, .. command]);
            served += part.Output.Split('\n').Count(line => line == "ok");
            Assert.True(part.Error.Length == 0, part.Error);
        }

        return (served, times);
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
