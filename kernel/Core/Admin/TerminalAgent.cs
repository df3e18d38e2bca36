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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Process? _process;

    private TerminalAgent(Process? process) => _process = process;

    /// <summary>Starts it where a person sits at a terminal and root does not ask.</summary>
    internal static TerminalAgent StartIfUseful()
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected || Interop.Libc.GetEUid() == 0 || !File.Exists(Program))
        {
            return new TerminalAgent(null);
        }

        // It closes the descriptor when it is registered; it talks to the terminal itself, not to its standard output.
        var start = new ProcessStartInfo(Program)
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "--notify-fd", "1",
                "--fallback",
                "--process", Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
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

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill();
        }

        _process?.Dispose();
    }
}
