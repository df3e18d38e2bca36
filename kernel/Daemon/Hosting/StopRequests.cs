using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Core.Launch;
using Microsoft.Extensions.Hosting;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// Ways in which Windows, or a person, asks the daemon to end, beside those that the host knows (Ctrl+C, Ctrl+Break,
/// shutdown): <c>keychain-auth stop</c>, a console window that is closed, a user who logs off.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class StopRequests : IDisposable
{
    private readonly EventWaitHandle _event = StopEvent.Create(System.Environment.ProcessId);
    private readonly RegisteredWaitHandle _wait;
    private readonly PosixSignalRegistration _consoleClosed;
    private readonly ManualResetEventSlim _stopped = new();

    internal StopRequests(IHostApplicationLifetime lifetime)
    {
        _wait = ThreadPool.RegisterWaitForSingleObject(
            _event, (_, _) => lifetime.StopApplication(), state: null, Timeout.InfiniteTimeSpan, executeOnlyOnce: true);

        // Windows ends the process as soon as this returns, so it waits for the end in order; it is given five seconds.
        _consoleClosed = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            lifetime.StopApplication();
            _stopped.Wait(TimeSpan.FromSeconds(5));
        });
        lifetime.ApplicationStopped.Register(_stopped.Set);
    }

    public void Dispose()
    {
        _consoleClosed.Dispose();
        _wait.Unregister(waitObject: null);
        _event.Dispose();
        _stopped.Dispose();
    }
}
