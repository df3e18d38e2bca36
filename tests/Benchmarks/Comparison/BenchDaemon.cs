using System.Diagnostics;
using System.Globalization;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>Our daemon as it ships, in a private place.</summary>
internal sealed class BenchDaemon : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _tree;
    private readonly string _directory;
    private Process? _process;

    internal BenchDaemon(string tree, string directory)
    {
        _tree = tree;
        _directory = directory;
        foreach (string name in (string[])["home", "run"])
        {
            Directory.CreateDirectory(Path.Combine(directory, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    internal string Socket => Path.Combine(_directory, "run", "keychain-auth", "agent.sock");

    internal string KeyringDirectory => Path.Combine(_directory, "home", ".keychain-auth");

    internal string CommandLine => Path.Combine(_tree, "keychain-auth");

    /// <summary>The daemon replaces the command line that started it, so the number stays.</summary>
    internal int ProcessId => _process!.Id;

    internal IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["HOME"] = Path.Combine(_directory, "home"),
        ["XDG_RUNTIME_DIR"] = Path.Combine(_directory, "run"),
        ["LANG"] = "C.UTF-8",
    };

    /// <summary>Starts it and waits until it says that it listens.</summary>
    internal async Task StartAsync()
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Launch();
        _process!.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains(" listens on ", StringComparison.Ordinal) == true)
            {
                listening.TrySetResult();
            }
        };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await listening.Task.WaitAsync(Patience);
    }

    /// <summary>Starts it without waiting for anything.</summary>
    internal void Launch()
    {
        _process = Command.Start(CommandLine, ["start"], Environment);
        _process.StandardInput.Close();
    }

    internal async Task StopAsync()
    {
        await Command.RunAsync("kill", ["-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)]);
        await _process!.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        _process = null;
    }

    internal async Task RegisterAsync(NativeClient client)
    {
        CommandResult result = await Command.RunAsync(
            CommandLine, ["register", client.Executable, "--read", NativeClient.Service, "--write", NativeClient.Service], Environment);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"register: {result}");
        }
    }

    /// <summary>A line of /proc/PID/status, in KiB or as a count.</summary>
    internal double Status(string name)
    {
        string line = File.ReadLines($"/proc/{ProcessId}/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }

    internal int Descriptors() => Directory.GetFileSystemEntries($"/proc/{ProcessId}/fd").Length;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await StopAsync();
        }
    }
}
