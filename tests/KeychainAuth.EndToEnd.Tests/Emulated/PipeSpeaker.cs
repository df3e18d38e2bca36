using System.Diagnostics;

namespace KeychainAuth.EndToEnd.Tests.Emulated;

/// <summary>The C client in a Wine process of its own, told what to do line by line.</summary>
internal sealed class PipeSpeaker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private PipeSpeaker(Process process) => _process = process;

    internal static async Task<PipeSpeaker> ConnectAsync(string program, string pipe)
    {
        var speaker = new PipeSpeaker(WinePrefix.Start(program, [pipe], new Dictionary<string, string>()));
        Assert.Equal("ready", await speaker.ReadLineAsync());
        Assert.Equal("ok", await speaker.TellAsync("connect"));
        return speaker;
    }

    /// <summary>Sends a line to the daemon and returns its answer.</summary>
    internal async Task<string?> AskAsync(string request)
    {
        Assert.Equal("ok", await TellAsync("send " + request));
        return await ReceiveAsync();
    }

    /// <summary>The daemon's next line; null at the end of the connection.</summary>
    internal async Task<string?> ReceiveAsync()
    {
        string? answer = await TellAsync("recv");
        return answer == "end" ? null : answer?["line ".Length..];
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }

    private async Task<string?> TellAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command).WaitAsync(Patience);
        await _process.StandardInput.FlushAsync().WaitAsync(Patience);
        return await ReadLineAsync();
    }

    private async Task<string?> ReadLineAsync() => (await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience))?.TrimEnd('\r');
}
