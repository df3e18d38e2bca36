using System.Diagnostics;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Soak;

/// <summary>One process of a kind of client, and its connection.</summary>
internal sealed class LineClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;

    internal LineClient(LineClientKind kind, SoakDaemon daemon)
    {
        _process = Command.Start(kind.Executable(daemon.Work), kind.Arguments(daemon.Socket), daemon.Environment);
    }

    internal int ProcessId => _process.Id;

    internal async Task SendAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text.AsMemory()).WaitAsync(Patience);
        await _process.StandardInput.FlushAsync().WaitAsync(Patience);
    }

    /// <summary>Sends a request and returns its answer.</summary>
    /// <exception cref="SoakException">There is none.</exception>
    internal async Task<string> AskAsync(string request)
    {
        await SendAsync(request + "\n");
        return await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience)
            ?? throw new SoakException($"A client got no answer to its request: {await _process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>kill -9.</summary>
    internal void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }
}
