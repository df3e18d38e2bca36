using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Xunit;

namespace KeychainAuth.Tests.Support.SecretService;

/// <summary>
/// A session bus of one test (or collection of tests), with a home of its own around it. What is started on it is stopped,
/// by its process id, when it is disposed.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class PrivateBus : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestDirectory _directory = new();
    private readonly List<BusProgram> _programs = [];
    private BusProgram? _daemon;

    private readonly uint? _userId;

    private PrivateBus(uint? userId)
    {
        _userId = userId;
        foreach (string name in (string[])["home", "run", "config", "data", "cache", "services", "tmp"])
        {
            Directory.CreateDirectory(_directory.Combine(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        // No display: whatever runs on this bus, nothing may come up on a person's screen.
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = _directory.Combine("home"),
            ["XDG_RUNTIME_DIR"] = _directory.Combine("run"),
            ["XDG_CONFIG_HOME"] = _directory.Combine("config"),
            ["XDG_DATA_HOME"] = _directory.Combine("data"),
            ["XDG_CACHE_HOME"] = _directory.Combine("cache"),
            ["TMPDIR"] = _directory.Combine("tmp"),
            ["DBUS_SESSION_BUS_ADDRESS"] = Address,
            ["QT_QPA_PLATFORM"] = "offscreen",
            ["LANG"] = "C.UTF-8",
            ["GSETTINGS_BACKEND"] = "memory",
        };
        File.WriteAllText(
            ConfigFile,
            $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>session</type>
              <listen>{Address}</listen>
              <auth>EXTERNAL</auth>
              <servicedir>{_directory.Combine("services")}</servicedir>
              <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
              </policy>
              <limit name="max_message_size">134217728</limit>
              <limit name="max_replies_per_connection">50000</limit>
            </busconfig>
            """);
    }

    /// <summary>What programs on this bus run in.</summary>
    public Dictionary<string, string> Environment { get; }

    public string Address => $"unix:path={_directory.Combine("run", "bus")}";

    public string Home => _directory.Combine("home");

    public int DaemonProcessId => _daemon!.ProcessId;

    private string ConfigFile => _directory.Combine("bus.conf");

    /// <summary>Starts a bus.</summary>
    /// <param name="userId">Run it, and everything on it, as this user; needs root. Null means as the user of the tests.</param>
    public static async Task<PrivateBus> StartAsync(uint? userId = null)
    {
        var bus = new PrivateBus(userId);
        try
        {
            if (userId is { } user)
            {
                CommandResult result = await Command.RunAsync("chown", ["-R", string.Create(CultureInfo.InvariantCulture, $"{user}:{user}"), bus._directory.Path]);
                Assert.True(result.ExitCode == 0, result.ToString());
            }

            await bus.StartDaemonAsync();
            return bus;
        }
        catch
        {
            await bus.DisposeAsync();
            throw;
        }
    }

    public string Combine(params ReadOnlySpan<string> parts) => _directory.Combine(parts);

    /// <summary>Starts the bus, at the same address, again after a stop.</summary>
    public async Task StartDaemonAsync()
    {
        File.Delete(_directory.Combine("run", "bus"));
        (string program, string[] arguments) = AsUser("dbus-daemon", ["--config-file=" + ConfigFile, "--nofork", "--nopidfile", "--print-address"]);
        _daemon = new BusProgram(program, arguments, Environment);
        await _daemon.WaitForLineAsync("unix:");
    }

    public async Task StopDaemonAsync()
    {
        await _daemon!.DisposeAsync();
        _daemon = null;
    }

    /// <summary>Starts a program on the bus.</summary>
    /// <param name="input">What its standard input holds; it ends there.</param>
    public BusProgram Start(string program, string[] arguments, string input = "")
    {
        (string actual, string[] all) = AsUser(program, arguments);
        var started = new BusProgram(actual, all, Environment, input);
        _programs.Add(started);
        return started;
    }

    /// <summary>Has the bus start a program when somebody asks for the Secret Service.</summary>
    public void MakeActivatable(string commandLine) => File.WriteAllText(
        _directory.Combine("services", "org.freedesktop.secrets.service"),
        $"[D-BUS Service]\nName=org.freedesktop.secrets\nExec={commandLine}\n");

    /// <summary>Waits until somebody has a name on the bus.</summary>
    public async Task WaitForNameAsync(string name) => await RunOkAsync("gdbus", ["wait", "--session", "--timeout", "60", name]);

    /// <summary>Waits until nobody has a name on the bus any more: it learns of the end of a program after the program's parent.</summary>
    public async Task WaitForNoNameAsync(string name)
    {
        var clock = Stopwatch.StartNew();
        while ((await RunOkAsync(
            "gdbus",
            ["call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/org/freedesktop/DBus", "--method", "org.freedesktop.DBus.NameHasOwner", name]))
            .Contains("true", StringComparison.Ordinal))
        {
            Assert.True(clock.Elapsed < Patience, $"{name} still has an owner.");
        }
    }

    /// <summary>Runs a program on the bus to its end and demands success.</summary>
    public async Task<string> RunOkAsync(string program, string[] arguments, string input = "")
    {
        CommandResult result = await RunAsync(program, arguments, input);
        Assert.True(result.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {result}");
        return result.Output;
    }

    public Task<CommandResult> RunAsync(string program, string[] arguments, string input = "")
    {
        (string actual, string[] all) = AsUser(program, arguments);
        return Command.RunAsync(actual, all, Environment, System.Text.Encoding.UTF8.GetBytes(input));
    }

    /// <summary>Starts the real GNOME Keyring with an open login keyring.</summary>
    public async Task<BusProgram> StartGnomeKeyringAsync()
    {
        BusProgram keyring = Start("gnome-keyring-daemon", ["--foreground", "--unlock", "--components=secrets"], "pw");
        await WaitForNameAsync("org.freedesktop.secrets");
        return keyring;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (BusProgram program in _programs)
        {
            await program.DisposeAsync();
        }

        if (_daemon is not null)
        {
            await _daemon.DisposeAsync();
        }

        await EndStragglersAsync();
        _directory.Dispose();
    }

    private (string Program, string[] Arguments) AsUser(string program, string[] arguments) => _userId is { } user
        ? ("setpriv", ["--reuid", Text(user), "--regid", Text(user), "--clear-groups", "--", program, .. arguments])
        : (program, arguments);

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);

    // Providers start helpers of their own. They carry this bus's directory in their environment, which is nobody else's.
    private async Task EndStragglersAsync()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int id) && id != System.Environment.ProcessId && IsOurs(directory))
            {
                await EndAsync(id);
            }
        }
    }

    private static async Task EndAsync(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    private bool IsOurs(string directory)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, "environ")).Contains(_directory.Path + "/", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
