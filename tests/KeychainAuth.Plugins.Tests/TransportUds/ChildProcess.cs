using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

/// <summary>A real process that talks by lines. Ends with the test, whatever happens.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ChildProcess : IAsyncDisposable
{
    private const string PythonPath = "/usr/bin/python3";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    /// <summary>The program in tests/TransportHost, built beside this one.</summary>
    public static string HostPath
    {
        get
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(configuration.Parent!.Parent!.FullName, "TransportHost", configuration.Name, "TransportHost");
        }
    }

    public int Id => _process.Id;

    public int DescriptorCount => Directory.GetFileSystemEntries($"/proc/{Id}/fd").Length;

    /// <summary>
    /// Descriptors that belong to connections: not files, of which the runtime opens some whenever it likes, and not what
    /// a whole process waits with, made when a connection has to wait for the first time.
    /// </summary>
    public int SocketAndProcessCount => Directory.GetFileSystemEntries($"/proc/{Id}/fd")
        .Count(path => new FileInfo(path).LinkTarget is { } target && !target.StartsWith('/') && target != "anon_inode:[eventpoll]");

    /// <summary>What one of its threads has used: the runtime compiles on others whenever it likes.</summary>
    public TimeSpan ProcessorTimeOf(string threadName)
    {
        // The kernel keeps 15 bytes of a name (TASK_COMM_LEN).
        string thread = Assert.Single(Directory.GetDirectories($"/proc/{Id}/task"), task => File.ReadAllText($"{task}/comm").TrimEnd() == threadName[..15]);

        // Nanoseconds on the processor: Documentation/scheduler/sched-stats.rst.
        return TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText($"{thread}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000);
    }

    public static ChildProcess Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new ChildProcess(Process.Start(start)!);
    }

    public static ChildProcess Python(string script, params string[] arguments)
    {
        RequireProgram(PythonPath, "python3");
        return Start(PythonPath, ["-c", script, .. arguments]);
    }

    /// <summary>Another user of this machine, who needs no account.</summary>
    public static ChildProcess PythonAs(uint user, string script, params string[] arguments)
    {
        RequireRoot();
        RequireProgram(PythonPath, "python3");
        RequireProgram("/usr/bin/setpriv", "util-linux");
        return Start("/usr/bin/setpriv", [$"--reuid={user}", $"--regid={user}", "--clear-groups", PythonPath, "-c", script, .. arguments]);
    }

    public static async Task<ChildProcess> HostAsync(string address)
    {
        ChildProcess host = Start(HostPath, address);
        Assert.Equal($"address {address}", await host.ReadLineAsync());
        return host;
    }

    public static void RequireRoot() =>
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root, to act as another user.");

    public static void RequireProgram(string path, string package) =>
        Assert.SkipUnless(File.Exists(path), $"Needs {path}; install the Debian package {package}.");

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
        .AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    /// <summary>Reads on until a line starts like this.</summary>
    public async Task<string> ReadUntilAsync(string start)
    {
        var before = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            if (line.StartsWith(start, StringComparison.Ordinal))
            {
                return line;
            }

            before.Add(line);
        }

        Assert.Fail($"The process ended without a line that starts with '{start}'. It said: {string.Join(" | ", before)}");
        return "";
    }

    public async Task<string> ReadToEndAsync() => await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
        .WaitAsync(Patience, TestContext.Current.CancellationToken);

    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>Ends the process's input and waits for its end.</summary>
    public async Task<int> EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience);
        }

        _process.Dispose();
    }
}
