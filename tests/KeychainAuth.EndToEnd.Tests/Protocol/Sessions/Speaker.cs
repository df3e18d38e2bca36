using System.Diagnostics;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Sessions;

/// <summary>A process of tests/Programs/speaker.c, which does what the test tells it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Speaker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private bool _isDisposed;

    private Speaker(Process process, string executable)
    {
        _process = process;
        Executable = executable;
    }

    public string Executable { get; }

    public int ProcessId => _process.Id;

    /// <summary>Compiles a speaker of its own path.</summary>
    public static Task<string> CompileAsync(TestDaemon daemon, params string[] options) =>
        daemon.CompileAsync("speaker", $"speaker-{Guid.NewGuid():N}", options);

    /// <summary>Compiles one and registers it.</summary>
    public static async Task<string> RegisterAsync(TestDaemon daemon, params string[] grants)
    {
        string executable = await CompileAsync(daemon);
        await daemon.CliOkAsync(["register", executable, .. grants]);
        return executable;
    }

    public static async Task<Speaker> StartAsync(TestDaemon daemon, string executable, params string[] arguments)
    {
        var speaker = new Speaker(Command.Start(executable, [daemon.Socket, .. arguments], daemon.Environment), executable);
        Assert.Equal("ready", await speaker.ReadAsync());
        return speaker;
    }

    /// <summary>Starts one and connects it.</summary>
    public static async Task<Speaker> ConnectAsync(TestDaemon daemon, string executable)
    {
        Speaker speaker = await StartAsync(daemon, executable);
        await speaker.DoAsync("connect");
        return speaker;
    }

    /// <summary>Gives a command that must succeed.</summary>
    public async Task DoAsync(string command, string answer = "ok") => Assert.Equal(answer, await AskAsync(command));

    /// <summary>Gives a command.</summary>
    /// <returns>Its answer.</returns>
    public async Task<string?> AskAsync(string command)
    {
        await _process.StandardInput.WriteAsync($"{command}\n").WaitAsync(Patience, TestContext.Current.CancellationToken);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return await ReadAsync();
    }

    /// <summary>Sends a line and returns the line that answers it; null when the connection ended instead.</summary>
    public async Task<string?> RequestAsync(string line)
    {
        await DoAsync($"send {line}");
        return await ReceiveAsync();
    }

    /// <returns>The next line from the daemon; null at the end of the connection.</returns>
    public async Task<string?> ReceiveAsync()
    {
        string? answer = await AskAsync("recv");
        return answer switch
        {
            "end" => null,
            "line" => "",
            not null when answer.StartsWith("line ", StringComparison.Ordinal) => answer["line ".Length..],
            _ => throw new InvalidOperationException($"The client's connection failed: {answer}"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        _process.Dispose();
    }

    private Task<string?> ReadAsync() =>
        _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
}
