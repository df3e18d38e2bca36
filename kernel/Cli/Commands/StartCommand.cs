using System.CommandLine;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>start</c>: becomes the daemon.</summary>
internal sealed class StartCommand : CliCommand
{
    private readonly Option<string?> _socket = SocketOption();

    internal StartCommand(CliContext context)
        : base(
            context,
            "start",
            "Start the daemon in the foreground: this process becomes keychain-authd, with an environment that cannot load foreign code.",
            "keychain-auth start",
            "keychain-auth start --socket /run/user/1000/keychain-auth/agent.sock") => Options.Add(_socket);

    private protected override int Execute(ParseResult arguments) =>
        DaemonProgram.Become(Context, Socket(arguments, _socket) is { } socket ? ["--socket", socket] : []);
}
