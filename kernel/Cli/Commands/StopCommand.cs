using System.CommandLine;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Instance;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>stop</c>: asks the daemon to end in order.</summary>
internal sealed class StopCommand : CliCommand
{
    private readonly Option<string?> _socket = SocketOption();

    internal StopCommand(CliContext context)
        : base(
            context,
            "stop",
            "Stop the daemon: it finishes the requests under way. Exit code 3 when none runs.",
            "keychain-auth stop",
            "keychain-auth stop --socket /run/user/1000/keychain-auth/agent.sock") => Options.Add(_socket);

    private protected override int Execute(ParseResult arguments)
    {
        string socket = Socket(arguments, _socket) ?? Context.Paths.ResolveSocket(null);
        if (InstanceFile.Find(Context.Paths, socket) is not { } daemon)
        {
            Context.Out.WriteLine("keychain-authd is not running");
            return ExitCode.NotRunning;
        }

        DaemonStop.Run(Context, socket, daemon);
        Context.Out.WriteLine($"keychain-authd has stopped (it was process {daemon.ProcessId})");
        return ExitCode.Success;
    }
}
