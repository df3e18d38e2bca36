using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace KeychainAuth.Core.Admin;

/// <summary>
/// polkit's agent for terminals, pkttyagent(1), for as long as this process asks for something that needs a password.
/// A desktop's own agent, where there is one, is asked instead.
/// </summary>
internal sealed class TerminalAgent : IDisposable
{
    private const string Program = "/usr/bin/pkttyagent";

    // It is registered in some milliseconds, or ends; only where the machine has no time for it does it take longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process? _process;

    private TerminalAgent(Process? process) => _process = process;

    // A desktop's own agent comes first. Where there is none, this one must not be a mere fallback: polkit uses those only
    // in a login session, and there may be none either (sudo, containers).
    private static string Fallback => IsSet("DISPLAY") || IsSet("WAYLAND_DISPLAY") ? "--fallback" : "";

    /// <summary>Starts it where a person sits at a terminal and root does not ask.</summary>
    internal static TerminalAgent StartIfUseful()
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected || Interop.Libc.GetEUid() == 0 || !File.Exists(Program))
        {
            return new TerminalAgent(null);
        }

        // It closes the descriptor when it is registered. That must not be its standard output: the helper it starts later
        // would get the pipes to it under that number. A shell can hand it another, which this runtime cannot.
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "-c", $"exec {Program} --notify-fd 3 {Fallback} --process \"$1\" 3>&1 1>&2",
                "sh", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
            },
        };
        try
        {
            Process process = Process.Start(start)!;
            _ = process.StandardOutput.ReadToEndAsync().Wait(Patience);
            return new TerminalAgent(process);
        }
        catch (Win32Exception)
        {
            // Without it the daemon says that an agent is missing.
            return new TerminalAgent(null);
        }
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
        }

        _process?.Dispose();
    }
}
