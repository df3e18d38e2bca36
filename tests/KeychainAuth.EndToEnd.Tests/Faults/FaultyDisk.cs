using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>
/// A file system over one directory of a daemon's home that answers EIO when told to: tests/Programs/faultyfs.c. The daemon
/// refuses LD_PRELOAD, so the fault has to come from below.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class FaultyDisk : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _server;
    private readonly string _faults;

    private FaultyDisk(Process server, string faults)
    {
        _server = server;
        _faults = faults;
    }

    /// <param name="daemon">Not started yet.</param>
    /// <param name="directory">What lies on the disk; made where it is missing.</param>
    internal static async Task<FaultyDisk> MountAsync(TestDaemon daemon, string directory)
    {
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.SkipUnless(Environment.IsPrivilegedProcess && File.Exists("/dev/fuse"), "A file system in a process of ours needs root and /dev/fuse.");
        string backing = Directory.CreateDirectory(Path.Combine(daemon.Work, "backing"), Private).FullName;
        Directory.CreateDirectory(directory, Private);
        string faults = Path.Combine(daemon.Work, "faults");
        string program = await daemon.CompileAsync("faultyfs", null, "-I/usr/include/fuse3", "-lfuse3");
        var disk = new FaultyDisk(Command.Start(program, [backing, faults, directory], daemon.Environment), faults);
        string? line = await disk._server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);
        if (line != "ready")
        {
            string error = await disk._server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.Fail($"The faulty disk cannot be mounted: {error}");
        }

        return disk;
    }

    /// <summary>From now on these calls fail.</summary>
    /// <param name="calls">Of open, read, write, fsync, rename.</param>
    internal void Fail(params string[] calls) => File.WriteAllText(_faults, string.Join(' ', calls));

    /// <summary>All is well again.</summary>
    internal void Mend() => File.Delete(_faults);

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync("kill", ["-TERM", _server.Id.ToString(CultureInfo.InvariantCulture)]);
        await _server.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        _server.Dispose();
    }
}
