using System.Diagnostics;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Refusals;

/// <summary>A FUSE mount with one executable in it, served by tests/Programs/fuseserver.c. Unmounted when disposed.</summary>
[SupportedOSPlatform("linux")]
internal sealed class FuseMount : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _server;

    private FuseMount(Process server, string program)
    {
        _server = server;
        Program = program;
    }

    /// <summary>The executable.</summary>
    internal string Program { get; }

    internal static async Task<FuseMount> CreateAsync(TestDaemon daemon, string executable)
    {
        string directory = Directory.CreateDirectory(Path.Combine(daemon.Work, "fuse")).FullName;
        string server = await daemon.CompileAsync("fuseserver");
        var mount = new FuseMount(Command.Start(server, [directory, executable], daemon.Environment), Path.Combine(directory, "program"));
        string? greeting = await mount._server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        if (greeting != "ready")
        {
            string error = await mount._server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            await mount.DisposeAsync();
            Assert.Fail($"FUSE cannot be mounted: {error}");
        }

        return mount;
    }

    public async ValueTask DisposeAsync()
    {
        // The end of its input makes it unmount and end.
        _server.StandardInput.Close();
        await _server.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        _server.Dispose();
    }
}
