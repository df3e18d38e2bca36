using System.CommandLine;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Admin;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>plugins</c>: lets the daemon's own program explain its choice.</summary>
internal sealed class PluginsCommand : CliCommand
{
    private readonly Option<bool> _json = JsonSwitch();
    private readonly PluginChoice _plugins = new();

    internal PluginsCommand(CliContext context)
        : base(
            context,
            "plugins",
            "Show each plugin that was found, and why the daemon would take it or pass it over.",
            "keychain-auth plugins",
            "keychain-auth plugins --json",
            "keychain-auth plugins --store store-file")
    {
        Options.Add(_json);
        _plugins.AddTo(this);
    }

    private protected override int Execute(ParseResult arguments)
    {
        if (Context.IsSystemMode)
        {
            Context.Out.Write(SystemDaemon.Ask(new AdminRequest { Action = AdminAction.Plugins, Json = arguments.GetValue(_json) }).Text);
            return ExitCode.Success;
        }

        string[] form = arguments.GetValue(_json) ? ["--explain-plugins", "--json"] : ["--explain-plugins"];
        return DaemonProgram.Become(Context, [.. form, .. _plugins.Arguments(arguments)]);
    }
}
