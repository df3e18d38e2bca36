using System.Diagnostics;
using System.Text;

namespace KeychainAuth.EndToEnd.Tests.Harness;

/// <summary>A client process whose bytes the test decides: a relay between the test's streams and the socket.</summary>
public sealed class RelayClient(Process process, string executable) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Executable { get; } = executable;

    public int ProcessId => process.Id;

    /// <summary>Sends bytes as they are. Where the connection has ended, so has the relay: reading tells.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(bytes).AsTask().WaitAsync(Patience);
            await process.StandardInput.BaseStream.FlushAsync().WaitAsync(Patience);
        }
        catch (IOException)
        {
            // The daemon may end a connection before it has read all that is sent.
        }
    }

    /// <summary>Sends text as UTF-8, without adding anything.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends a line and returns the line that answers it; null when the connection ended instead.</summary>
    public async Task<string?> AskAsync(string line)
    {
        await SendAsync(line + "\n");
        return await ReadLineAsync();
    }

    /// <summary>Shuts down the sending side.</summary>
    public void FinishSending() => process.StandardInput.Close();

    /// <summary>The next line; null at the end of the connection.</summary>
    public Task<string?> ReadLineAsync() => process.StandardOutput.ReadLineAsync().WaitAsync(Patience);

    /// <summary>Everything up to the end of the connection.</summary>
    public Task<string> ReadToEndAsync() => process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync().WaitAsync(Patience);
        process.Dispose();
    }
}
