using System.CommandLine;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Cli.Policy;

/// <summary>The options that commands about permissions share.</summary>
internal sealed class GrantOptions
{
    private readonly Option<string[]> _read = Many("--read", "SERVICE", "A service to read from. May be repeated.");
    private readonly Option<string[]> _write = Many("--write", "SERVICE", "A service to write to and delete from. May be repeated.");
    private readonly Option<bool> _search = new("--search") { Description = "Searching, and matching by prefix." };
    private readonly Option<string[]> _target = Many(
        "--target", "SERVICE=PATTERN", "Only targets that fit the pattern; '*' stands for any run of characters. May be repeated.");

    private readonly Option<string?> _until = new("--until")
    {
        Description = "When it ends: 30m, 8h, 7d, an RFC 3339 time, or never.",
        HelpName = "TIME",
    };

    internal void AddTo(Command command)
    {
        command.Options.Add(_read);
        command.Options.Add(_write);
        command.Options.Add(_search);
        command.Options.Add(_target);
        command.Options.Add(_until);
    }

    /// <exception cref="CliException">A name or a time makes no sense.</exception>
    internal Grants Parse(ParseResult arguments, DateTimeOffset now) => new()
    {
        Read = Services(arguments.GetValue(_read)),
        Write = Services(arguments.GetValue(_write)),
        Search = arguments.GetValue(_search),
        Targets = [.. (arguments.GetValue(_target) ?? []).Select(Target)],
        Until = arguments.GetValue(_until) is { } until ? Expiry.Parse(until, now) : null,
    };

    /// <exception cref="CliException">It may not be called so.</exception>
    internal static string CheckService(string service) =>
        NameRules.CheckService(service) is { } fault ? throw CliException.Usage($"'{service}': {fault}") : service;

    private static string[] Services(string[]? services) => [.. (services ?? []).Select(CheckService).Distinct()];

    private static (string Service, string Pattern) Target(string text)
    {
        int split = text.IndexOf('=', StringComparison.Ordinal);
        if (split < 0 || split == text.Length - 1)
        {
            throw CliException.Usage($"--target '{text}': write SERVICE=PATTERN, for example aws=prod/*.");
        }

        string pattern = text[(split + 1)..];
        return NameRules.CheckTarget(pattern) is { } fault
            ? throw CliException.Usage($"--target '{text}': {fault}")
            : (CheckService(text[..split]), pattern);
    }

    private static Option<string[]> Many(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };
}
