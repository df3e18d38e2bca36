using System.Security.Principal;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Windows.Tests.Processes;

namespace KeychainAuth.Windows.Tests.Verifier;

/// <summary>A real process, announced as the transport would.</summary>
internal sealed class WindowsPeer : VerifierConformancePeer
{
    private readonly OtherProcess _process;

    private WindowsPeer(OtherProcess process, string path)
    {
        _process = process;
        ExecutablePath = path;
        using WindowsIdentity self = WindowsIdentity.GetCurrent();
        Credentials = new PeerCredentials { ProcessId = process.Process.Id, Sid = self.User!.Value, ProcessHandle = process.Process.SafeHandle };
    }

    public override PeerCredentials Credentials { get; }

    public override string ExecutablePath { get; }

    internal static async Task<WindowsPeer> StartAsync() => new(await OtherProcess.StartAsync(Roles.Wait), Environment.ProcessPath!);

    internal static async Task<WindowsPeer> StartAsync(string program) => new(await OtherProcess.StartAsync(program, "ready", ["wait"]), program);

    // There are no stamps on this platform: a further connection would look the same.
    public override ValueTask ReconnectAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public override async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        if (!_process.Process.HasExited)
        {
            await _process.KillAsync();
        }
    }

    public override ValueTask DisposeAsync() => _process.DisposeAsync();
}
