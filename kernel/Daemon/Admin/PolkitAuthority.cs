using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using KeychainAuth.Core.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Admin;

/// <summary>
/// Asks polkit by its own program, pkcheck(1): no library of foreign code in the daemon, and a process that hangs can be
/// ended. The subject is named by process id, start time and user, so that a number that is reused is somebody else.
/// Root needs nobody's leave.
/// </summary>
internal sealed class PolkitAuthority(TimeProvider time) : IAuthority
{
    private const string Program = "/usr/bin/pkcheck";

    // What a person can still be expected to read. Nothing is left out of the question: a password would be given for it.
    private const int MaxChangeLength = 2000;

    // pkcheck(1).
    private const int Granted = 0;
    private const int NotAuthorized = 1;
    private const int NeedsAgent = 2;
    private const int Dismissed = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public async Task<string?> FindRefusalAsync(PeerCredentials peer, AuthorityAction action, string change, CancellationToken cancellationToken)
    {
        if (peer.UserId == 0)
        {
            return null;
        }

        string shown = Printable.Escape(change);
        if (shown.Length > MaxChangeLength)
        {
            return "The change is too long to be shown to whoever types the password: make it in parts, or as root with sudo.";
        }

        if (ProcessStart.Read(peer) is not { } start)
        {
            return "The process that asked is gone.";
        }

        string subject = string.Create(CultureInfo.InvariantCulture, $"{peer.ProcessId},{start},{peer.UserId}");
        using CancellationTokenSource deadline = new(Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return Explain(await RunAsync(action, subject, shown, either.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"Nobody authenticated within {Patience.TotalMinutes:0} minutes.";
        }
        catch (Win32Exception)
        {
            return "polkit is not installed, so nobody but root can approve: install it, or use sudo.";
        }
    }

    private static async Task<int> RunAsync(AuthorityAction action, string subject, string change, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--action-id", action.Id,
                "--process", subject,
                "--allow-user-interaction",
                "--detail", "change", change,
            },
        };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            // Read, so that it never waits for us; what it says is for programmers.
            await Task.WhenAll(
                process.StandardOutput.ReadToEndAsync(cancellationToken),
                process.StandardError.ReadToEndAsync(cancellationToken),
                process.WaitForExitAsync(cancellationToken));
            return process.ExitCode;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static string? Explain(int exitCode) => exitCode switch
    {
        Granted => null,
        NotAuthorized => "polkit did not authorize it: the password was wrong, or this machine's rules forbid it.",
        NeedsAgent => "It needs your password, and no authentication agent is there to ask for it: run keychain-auth on a terminal, where it brings its own, or as root with sudo.",
        Dismissed => "The authentication was dismissed.",
        _ => "polkit could not be asked: see 'systemctl status polkit', or use sudo.",
    };
}
