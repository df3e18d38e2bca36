using System.Diagnostics;

namespace KeychainAuth.Windows.Tests.Processes;

/// <summary>Another process for a test, which ends with it.</summary>
internal sealed class OtherProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private OtherProcess(Process process) => Process = process;

    internal Process Process { get; }

    /// <summary>Starts this program in a role and waits for its first line.</summary>
    internal static Task<OtherProcess> StartAsync(string role, params string[] arguments) =>
        StartAsync(Environment.ProcessPath!, "ready", ["--role", role, .. arguments]);

    /// <param name="program">The program.</param>
    /// <param name="firstLine">What it must say first.</param>
    /// <param name="arguments">Its arguments.</param>
    internal static async Task<OtherProcess> StartAsync(string program, string? firstLine, IEnumerable<string> arguments)
    {
        var other = new OtherProcess(Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!);
        try
        {
            if (firstLine is not null)
            {
                Assert.Equal(firstLine, await other.ReadLineAsync());
            }

            return other;
        }
        catch
        {
            await other.DisposeAsync();
            throw;
        }
    }

    internal Task<string?> ReadLineAsync() => Process.StandardOutput.ReadLineAsync().WaitAsync(Patience, TestContext.Current.CancellationToken);

    internal async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
        {
            Process.Kill();
            await Process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        }

        Process.Dispose();
    }
}
