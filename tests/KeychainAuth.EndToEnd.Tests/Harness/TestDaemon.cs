using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Harness;

/// <summary>
/// The real daemon, started by the real command line, with a home, a runtime directory and a socket of its own.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class TestDaemon : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestDirectory _directory = new();
    private readonly TestDaemonOptions _options;
    private readonly List<string> _output = [];
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];
    private Process? _process;
    private Task _reading = Task.CompletedTask;

    private TestDaemon(TestDaemonOptions options)
    {
        _options = options;
        Home = _directory.Combine("home");
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ["HOME"] = Home,
            ["XDG_RUNTIME_DIR"] = _directory.Combine("run"),
            ["LANG"] = "C.UTF-8",
        };
        foreach ((string name, string value) in options.Environment)
        {
            Environment[name] = value;
        }
    }

    /// <summary>What the daemon and every command of this test run in.</summary>
    public Dictionary<string, string> Environment { get; }

    public string Home { get; }

    /// <summary>A place for this test's programs and files.</summary>
    public string Work => _directory.Combine("work");

    public string Socket => _directory.Combine("run", "keychain-auth", "agent.sock");

    public string ConfigFile => Path.Combine(Home, ".config", "keychain-auth", "config.json");

    public string PendingFile => Path.Combine(Home, ".config", "keychain-auth", "pending.json");

    public string AuditFile => Path.Combine(Home, ".local", "share", "keychain-auth", "audit.log");

    public string Keyring => Path.Combine(Home, ".keychain-auth", "keyring.json");

    public int ProcessId => _process!.Id;

    public bool HasExited => _process!.HasExited;

    /// <summary>All lines the daemon has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Prepares the directories without starting anything.</summary>
    public static async Task<TestDaemon> CreateAsync(TestDaemonOptions? options = null)
    {
        var daemon = new TestDaemon(options ?? new TestDaemonOptions());
        foreach (string directory in (string[])["home", "run", "work"])
        {
            Directory.CreateDirectory(daemon._directory.Combine(directory), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (daemon._options.ConfigJson is { } config)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(daemon.ConfigFile)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await File.WriteAllTextAsync(daemon.ConfigFile, config);
        }

        if (daemon._options.UserId is { } user)
        {
            string owner = user.ToString(CultureInfo.InvariantCulture);
            CommandResult result = await Command.RunAsync("chown", ["-R", $"{owner}:{owner}", daemon._directory.Path]);
            Assert.True(result.ExitCode == 0, result.ToString());
        }

        return daemon;
    }

    /// <summary>Prepares the directories and starts the daemon.</summary>
    public static async Task<TestDaemon> StartAsync(TestDaemonOptions? options = null)
    {
        TestDaemon daemon = await CreateAsync(options);
        try
        {
            await daemon.StartProcessAsync();
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the daemon, again after a stop or a kill, and waits until it listens.</summary>
    public async Task StartProcessAsync()
    {
        var listening = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] command = [.. _options.Launcher, Path.Combine(_options.Tree, "keychain-auth"), "start", .. _options.Arguments];
        (string program, string[] arguments) = AsUser(command[0], command[1..]);
        _process = Command.Start(program, arguments, Environment);
        _process.StandardInput.Close();
        _reading = Task.WhenAll(ReadLinesAsync(_process.StandardOutput, listening), ReadLinesAsync(_process.StandardError, listening))
            .ContinueWith(_ => listening.TrySetResult(false), TaskScheduler.Default);
        Assert.True(await listening.Task.WaitAsync(Patience), $"The daemon did not start:\n{Output}");
    }

    /// <summary>Waits until a line of the daemon's output contains a text, now or later.</summary>
    public Task WaitForOutputAsync(string text)
    {
        lock (_output)
        {
            if (_output.Exists(line => line.Contains(text, StringComparison.Ordinal)))
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, seen));
            return seen.Task;
        }
    }

    /// <summary>Runs <c>keychain-auth</c> with this daemon's directories.</summary>
    public Task<CommandResult> CliAsync(params string[] arguments)
    {
        (string program, string[] all) = AsUser(Path.Combine(_options.Tree, "keychain-auth"), arguments);
        return Command.RunAsync(program, all, Environment);
    }

    /// <summary>Runs <c>keychain-auth</c> and demands success.</summary>
    public async Task<string> CliOkAsync(params string[] arguments)
    {
        CommandResult result = await CliAsync(arguments);
        Assert.True(result.ExitCode == 0, $"keychain-auth {string.Join(' ', arguments)}: {result}");
        return result.Output;
    }

    /// <summary>Runs any program with this daemon's directories and user.</summary>
    public Task<CommandResult> RunAsync(string program, params string[] arguments)
    {
        (string actual, string[] all) = AsUser(program, arguments);
        return Command.RunAsync(actual, all, Environment);
    }

    /// <summary>Compiles a program of tests/Programs into this test's work directory.</summary>
    public Task<string> CompileAsync(string name, string? fileName = null, params string[] options) =>
        NativeProgram.CompileAsync(name, Path.Combine(Work, fileName ?? name), options);

    /// <summary>Compiles a relay, registers it with the given grants, and connects it.</summary>
    public async Task<RelayClient> ConnectRegisteredAsync(params string[] grants)
    {
        string relay = await CompileAsync("relay", $"relay-{Guid.NewGuid():N}");
        await CliOkAsync(["register", relay, .. grants]);
        return Connect(relay);
    }

    /// <summary>Starts a relay.</summary>
    public RelayClient Connect(string relay)
    {
        (string program, string[] arguments) = AsUser(relay, [Socket]);
        return new RelayClient(Command.Start(program, arguments, Environment), relay);
    }

    /// <summary>The records of the audit log, oldest first.</summary>
    public IReadOnlyList<JsonElement> AuditRecords() =>
        !File.Exists(AuditFile) ? [] : [.. File.ReadAllLines(AuditFile).Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The records with a reason.</summary>
    public IEnumerable<JsonElement> AuditRecords(string reason) =>
        AuditRecords().Where(r => r.TryGetProperty("reason", out JsonElement value) && value.GetString() == reason);

    /// <summary>Asks the daemon to stop, and waits.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        return await WaitForExitAsync();
    }

    /// <summary>Kills the daemon, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await WaitForExitAsync();
    }

    public Task SignalAsync(string signal) => Signals.SendAsync(ProcessId, signal);

    /// <summary>Stops the daemon's process until it gets SIGCONT, and waits until it stands still.</summary>
    public Task FreezeAsync() => Signals.FreezeAsync(ProcessId);

    public async Task<int> WaitForExitAsync()
    {
        await _process!.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await WaitForExitAsync();
        }

        _process?.Dispose();
        _directory.Dispose();
    }

    private (string Program, string[] Arguments) AsUser(string program, string[] arguments)
    {
        if (_options.UserId is not { } user)
        {
            return (program, arguments);
        }

        string id = user.ToString(CultureInfo.InvariantCulture);
        return ("setpriv", ["--reuid", id, "--regid", id, "--clear-groups", "--", program, .. arguments]);
    }

    private async Task ReadLinesAsync(StreamReader reader, TaskCompletionSource<bool> listening)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_output)
            {
                _output.Add(line);
                foreach ((string text, TaskCompletionSource seen) in _awaited)
                {
                    if (line.Contains(text, StringComparison.Ordinal))
                    {
                        seen.TrySetResult();
                    }
                }
            }

            if (line.Contains(" listens on ", StringComparison.Ordinal))
            {
                listening.TrySetResult(true);
            }
        }
    }
}
