using System.Diagnostics;
using System.Globalization;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Soak;

/// <summary>The daemon under test, as it ships, in a private place.</summary>
internal sealed class SoakDaemon(string tree, string directory) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // Small files, so that the log is rotated many times. The oldest records go, as they would after years.
    private const string Config = """{"protocol_version":"1","registered_binaries":[],"limits":{"audit_max_bytes":524288,"audit_files":8}}""";

    private Process? _process;

    internal string Home => Path.Combine(directory, "home");

    internal string Socket => Path.Combine(directory, "run", "keychain-auth", "agent.sock");

    internal string ConfigFile => Path.Combine(Home, ".config", "keychain-auth", "config.json");

    internal string Keyring => Path.Combine(Home, ".keychain-auth", "keyring.json");

    internal string AuditDirectory => Path.Combine(Home, ".local", "share", "keychain-auth");

    internal string Work => Path.Combine(directory, "work");

    internal int ProcessId => _process!.Id;

    internal bool HasExited => _process!.HasExited;

    internal IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["HOME"] = Home,
        ["XDG_RUNTIME_DIR"] = Path.Combine(directory, "run"),
        ["LANG"] = "C.UTF-8",
    };

    internal async Task StartAsync()
    {
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (string name in (string[])[Home, Path.Combine(directory, "run"), Work, Path.GetDirectoryName(ConfigFile)!])
        {
            Directory.CreateDirectory(name, Private);
        }

        await File.WriteAllTextAsync(ConfigFile, Config);
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = Command.Start(Path.Combine(tree, "keychain-auth"), ["start"], Environment);
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains(" listens on ", StringComparison.Ordinal) == true)
            {
                listening.TrySetResult();
            }
        };
        _process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await listening.Task.WaitAsync(Patience);
    }

    internal Task<CommandResult> CliAsync(params string[] arguments) =>
        Command.RunAsync(Path.Combine(tree, "keychain-auth"), arguments, Environment);

    internal async Task CliOkAsync(params string[] arguments)
    {
        CommandResult result = await CliAsync(arguments);
        if (result.ExitCode != 0)
        {
            throw new SoakException($"keychain-auth {string.Join(' ', arguments)}: {result}");
        }
    }

    /// <returns>The exit code.</returns>
    internal async Task<int> StopAsync()
    {
        await Command.RunAsync("kill", ["-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await _process!.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
    }
}
