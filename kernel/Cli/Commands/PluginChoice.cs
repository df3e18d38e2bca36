using System.CommandLine;

namespace KeychainAuth.Cli.Commands;

/// <summary>The options by which a person chooses plugins, handed on to the daemon.</summary>
internal sealed class PluginChoice
{
    private readonly Option<string?>[] _options =
    [
        Option("--store", "Take this store plugin, whatever the environment."),
        Option("--transport", "Take this transport plugin."),
        Option("--verifier", "Take this verifier plugin."),
    ];

    internal void AddTo(Command command)
    {
        foreach (Option<string?> option in _options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The daemon's arguments for what was chosen.</summary>
    internal IEnumerable<string> Arguments(ParseResult arguments) => _options.SelectMany<Option<string?>, string>(option =>
        arguments.GetValue(option) switch
        {
            null => [],
            "" => throw CliException.Usage($"{option.Name} must not be empty."),
            { } id => [option.Name, id],
        });

    private static Option<string?> Option(string name, string description) => new(name) { Description = description, HelpName = "ID" };
}
