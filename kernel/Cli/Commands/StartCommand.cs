using System.CommandLine;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>start</c>: becomes the daemon; on Windows, starts it beside the console.</summary>
internal sealed class StartCommand : CliCommand
{
    private readonly Option<string?> _socket = SocketOption();
    private readonly Option<bool> _foreground = Switch("--foreground", "Stay in this console, and end with it or with Ctrl+C.");
    private readonly PluginChoice _plugins = new();

    internal StartCommand(CliContext context)
        : base(
            context,
            "start",
            OperatingSystem.IsWindows()
                ? "Start the daemon in the background, with an environment that cannot load foreign code."
                : "Start the daemon in the foreground: this process becomes keychain-authd, with an environment that cannot load foreign code.",
            "keychain-auth start",
            "keychain-auth start --socket /run/user/1000/keychain-auth/agent.sock",
            "keychain-auth start --store store-file")
    {
        Options.Add(_socket);
        _plugins.AddTo(this);
        if (OperatingSystem.IsWindows())
        {
            Options.Add(_foreground);
        }
    }

    private protected override int Execute(ParseResult arguments)
    {
        string[] socket = Socket(arguments, _socket) is { } path ? ["--socket", path] : [];
        string[] all = [.. socket, .. _plugins.Arguments(arguments)];
        return OperatingSystem.IsWindows() && !arguments.GetValue(_foreground)
            ? DaemonProgram.StartInBackground(Context, all)
            : DaemonProgram.Become(Context, all);
    }
}
