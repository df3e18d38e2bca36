using System.Diagnostics;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Benchmarks.Comparison;

/// <summary>The C echo server that everything is compared with.</summary>
internal sealed class EchoFloor : IAsyncDisposable
{
    private readonly Process _process;

    private EchoFloor(Process process, string socket)
    {
        _process = process;
        Socket = socket;
    }

    internal string Socket { get; }

    internal static async Task<EchoFloor> StartAsync(string native, string directory)
    {
        NativeClient server = await NativeClient.CompileAsync(Path.Combine(native, "floor.c"), Path.Combine(directory, "floor"));
        string socket = Path.Combine(directory, "floor.sock");
        Process process = Command.Start(server.Executable, [socket], environment: null);
        string? line = await process.StandardOutput.ReadLineAsync();
        return line == "ready" ? new EchoFloor(process, socket) : throw new InvalidOperationException("The floor did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
