using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary>
/// A machine of the tests' own, as far as system mode sees it: a mount namespace with real accounts and the real paths,
/// in which <c>service install</c> has been run and the daemon started as its unit would.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SystemWorld : IAsyncLifetime
{
    public const string Alice = "alice";
    public const string Bob = "bob";
    public const string Root = "root";
    public const string AlicesPassword = "wonderland";
    public const string Tree = "/opt/keychain-auth";
    public const string Program = Tree + "/keychain-auth";
    public const string Socket = "/run/keychain-auth/agent.sock";
    public const string AdminSocket = "/run/keychain-auth/admin.sock";

    /// <summary>The variable by which the daemon finds its keys.</summary>
    public const string Credentials = "CREDENTIALS_DIRECTORY=/run/credentials/keychain-auth.service";

    private const string Capabilities = "+sys_ptrace,+dac_read_search";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string Scripts = Path.Combine(RepositoryPaths.Root, "tests", "SystemWorld");

    private readonly TestDirectory _directory = new();
    private readonly List<WorldProcess> _processes = [];
    private Process? _holder;

    /// <summary>A directory of the test, which all users may enter.</summary>
    public string Work => _directory.Path;

    /// <summary>The daemon's process; null before it was started.</summary>
    public WorldProcess? Daemon { get; private set; }

    public string HomeOf(string user) => _directory.Combine(user);

    /// <summary>The directory that the daemon keeps for a user.</summary>
    public async Task<string> StateOfAsync(string user) => $"/var/lib/keychain-auth/{await IdOfAsync(user)}";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "A machine of its own, with other users, needs root.");
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);
        _holder = Command.Start("unshare", ["--mount", "--propagation", "private", "sh", Path.Combine(Scripts, "world.sh"), _directory.Path, RepositoryPaths.Tree], environment: null);
        Task<string> errors = _holder.StandardError.ReadToEndAsync();
        if (await _holder.StandardOutput.ReadLineAsync().WaitAsync(Patience) != "ready")
        {
            throw new InvalidOperationException($"The tests' machine could not be made: {await errors.WaitAsync(Patience)}");
        }
    }

    /// <summary>Runs <c>service install</c>, and starts the daemon with polkit beside it.</summary>
    public async Task StartAsync()
    {
        await OkAsync(Root, Program, "service", "install", "--system");
        await StartPolkitAsync();
        await StartDaemonAsync();
    }

    /// <summary>Starts a system bus and polkitd.</summary>
    public async Task StartPolkitAsync()
    {
        await StartAsync("unix:path", "dbus-daemon", "--system", "--nofork", "--nopidfile", "--print-address=1");
        await StartAsync("Acquired the name org.freedesktop.PolicyKit1", "/usr/lib/polkit-1/polkitd");
    }

    /// <summary>Starts the daemon as its unit would: account, capabilities, no new privileges, the master key.</summary>
    public async Task StartDaemonAsync(params string[] prefix)
    {
        await HandOverKeysAsync();
        Daemon = await StartAsync(" listens on ", [.. prefix, .. DaemonCommand()]);
    }

    /// <summary>Opens the credentials that the unit names, as systemd does before it starts the daemon.</summary>
    public Task<string> HandOverKeysAsync() => OkAsync(Root, "sh", Path.Combine(Scripts, "credentials.sh"));

    /// <summary>The daemon's command line with what the unit sets.</summary>
    public static string[] DaemonCommand() =>
    [
        "setpriv", "--reuid", "keychain-auth", "--regid", "keychain-auth", "--clear-groups",
        $"--inh-caps=-all,{Capabilities}", $"--ambient-caps={Capabilities}", $"--bounding-set=-all,{Capabilities}", "--no-new-privs",
        "env", "-i", "DOTNET_EnableDiagnostics=0", "DOTNET_TieredPGO=0", Credentials,
        Tree + "/keychain-authd", "--system",
    ];

    /// <summary>Asks the daemon to stop, and waits.</summary>
    public async Task<int> StopDaemonAsync()
    {
        await OkAsync(Root, "kill", "-TERM", Daemon!.Id.ToString(CultureInfo.InvariantCulture));
        return await Daemon.ExitCodeAsync();
    }

    /// <summary>Runs a program as a user of this machine.</summary>
    public Task<CommandResult> RunAsync(string user, string program, params string[] arguments) =>
        Command.RunAsync("nsenter", Enter(user, [program, .. arguments]), Environs(user));

    /// <summary>Runs a program that has to succeed.</summary>
    /// <returns>Its output.</returns>
    public async Task<string> OkAsync(string user, string program, params string[] arguments)
    {
        CommandResult result = await RunAsync(user, program, arguments);
        Assert.True(result.ExitCode == 0, $"{user}: {program} {string.Join(' ', arguments)}: {result}");
        return result.Output;
    }

    /// <summary>Runs <c>keychain-auth</c> with an agent that types a password.</summary>
    public Task<CommandResult> WithAgentAsync(string user, string password, params string[] arguments) =>
        RunAsync(user, "sh", [Path.Combine(Scripts, "with-agent.sh"), password, AgentLogOf(user), Program, .. arguments]);

    /// <summary>What a user's agents were asked, and how it came out.</summary>
    public string[] AgentLog(string user) => File.Exists(AgentLogOf(user)) ? File.ReadAllLines(AgentLogOf(user)) : [];

    /// <summary>Compiles a program that all users may run.</summary>
    public async Task<string> CompileAsync(string name, params string[] options)
    {
        string path = await NativeProgram.CompileAsync(name, _directory.Combine($"{name}-{Guid.NewGuid():N}"), options);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        return path;
    }

    /// <summary>Starts a program of a user that talks to the daemon.</summary>
    public RelayClient Connect(string user, string relay, string socket = Socket) =>
        new(Command.Start("nsenter", Enter(user, [relay, socket]), Environs(user)), relay);

    /// <summary>The same through the launcher.</summary>
    public RelayClient ConnectThrough(string user, string launcher, string relay) =>
        new(Command.Start("nsenter", Enter(user, [launcher, relay, Socket]), Environs(user)), relay);

    /// <summary>Compiles a relay and lets root register it for a user, launched or not.</summary>
    public async Task<string> RegisterRelayAsync(string user, params string[] grants)
    {
        string relay = await CompileAsync("relay");
        await OkAsync(Root, Program, ["register", relay, "--user", user, "--launch", "optional", .. grants]);
        return relay;
    }

    /// <summary>The records of a user's log, oldest first, as the daemon has written them.</summary>
    public async Task<IReadOnlyList<JsonElement>> AuditOfAsync(string user) =>
        [.. (await OkAsync(Root, "cat", await StateOfAsync(user) + "/audit.log")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];

    public async Task<string> IdOfAsync(string user) => (await OkAsync(Root, "id", "-u", user)).Trim();

    /// <summary>Starts a process of root, and waits for what it says when it is ready.</summary>
    public async Task<WorldProcess> StartAsync(string ready, params string[] command)
    {
        var process = new WorldProcess(Command.Start("nsenter", Enter(Root, command), Environs(Root)));
        _processes.Add(process);
        await process.WaitForAsync(ready);
        return process;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (WorldProcess process in _processes.AsEnumerable().Reverse())
        {
            await process.DisposeAsync();
        }

        if (_holder is not null)
        {
            // With the last process in it the namespace goes, and the mounts with that.
            await EndAsync(_holder);
        }

        _directory.Dispose();
    }

    private static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(Patience);
        }

        process.Dispose();
    }

    private string AgentLogOf(string user) => Path.Combine(HomeOf(user), "agent.log");

    private string[] Enter(string user, string[] command)
    {
        string holder = _holder!.Id.ToString(CultureInfo.InvariantCulture);
        string[] into = ["--mount", "--target", holder, "--"];
        return user == Root ? [.. into, .. command] : [.. into, "setpriv", "--reuid", user, "--regid", user, "--init-groups", "--", .. command];
    }

    private Dictionary<string, string> Environs(string user) => new()
    {
        ["HOME"] = user == Root ? "/root" : HomeOf(user),
        ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin",
        ["LC_ALL"] = "C.UTF-8",
    };
}
