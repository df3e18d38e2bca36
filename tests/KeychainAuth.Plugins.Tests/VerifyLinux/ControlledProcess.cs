using System.Diagnostics;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>A real process that is told line by line what to do. It does not outlive the test.</summary>
internal sealed class ControlledProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private bool _disposed;

    private ControlledProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static ControlledProcess Start(string program, params string[] arguments) => Start(program, arguments, environment: null);

    public static ControlledProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ControlledProcess(Process.Start(start)!);
    }

    /// <summary>Waits for a line, which must be this one.</summary>
    public async Task ExpectAsync(string expected) => Assert.Equal(expected, await ReadAsync());

    /// <summary>Waits for a line; where the process ends instead, the failure shows what it complained of.</summary>
    public async Task<string> ReadAsync()
    {
        string? line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        if (line is null)
        {
            Assert.Fail("The process ended: " + await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
                .WaitAsync(Patience, TestContext.Current.CancellationToken));
        }

        return line;
    }

    /// <summary>Gives a command without waiting for an answer.</summary>
    public async Task TellAsync(string command)
    {
        await _process.StandardInput.WriteAsync((command + "\n").AsMemory(), TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Gives a command and waits for the answer.</summary>
    public async Task AskAsync(string command, string expected = "ok")
    {
        await TellAsync(command);
        await ExpectAsync(expected);
    }

    /// <summary>
    /// Ends the process and waits until the system has forgotten it. All these programs end with their input, children
    /// before parents, so that nobody is left to an init that may not collect them; only one that does not is killed.
    /// </summary>
    public async Task StopAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(PatienceAtEnd, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await StopAsync();
            _process.Dispose();
        }
    }
}
