using System.CommandLine;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>start</c>: becomes the daemon.</summary>
internal sealed class StartCommand : CliCommand
{
    private readonly Option<string?> _socket = SocketOption();
    private readonly PluginChoice _plugins = new();

    internal StartCommand(CliContext context)
        : base(
            context,
            "start",
            "Start the daemon in the foreground: this process becomes keychain-authd, with an environment that cannot load foreign code.",
            "keychain-auth start",
            "keychain-auth start --socket /run/user/1000/keychain-auth/agent.sock",
            "keychain-auth start --store store-file")
    {
        Options.Add(_socket);
        _plugins.AddTo(this);
    }

    private protected override int Execute(ParseResult arguments)
    {
        string[] socket = Socket(arguments, _socket) is { } path ? ["--socket", path] : [];
        return DaemonProgram.Become(Context, [.. socket, .. _plugins.Arguments(arguments)]);
    }
}
