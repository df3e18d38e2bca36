using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using KeychainAuth.Cli.Commands;
using KeychainAuth.Cli.Output;
using KeychainAuth.Core;
using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli;

/// <summary>Parses the arguments, runs one command, and turns every failure into one sentence and an exit code.</summary>
internal static class CommandLine
{
    // '@file' would otherwise be replaced by the file's lines, and -ab taken for -a -b.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    internal static int Run(CliContext context, IReadOnlyList<string> arguments)
    {
        ParseResult parsed = Create(context).Parse(arguments, Parser);
        if (FindFault(parsed) is { } fault)
        {
            Complain(context.Error, $"{fault}. See '{CommandPath(parsed)} --help'.");
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = context.Out, Error = context.Error, EnableDefaultExceptionHandler = false });
        }
        catch (CliException e)
        {
            Complain(context.Error, e.Message);
            return e.Code;
        }
        catch (AdminException e)
        {
            Complain(context.Error, e.Message);
            return e.IsNotRunning ? ExitCode.NotRunning : ExitCode.Failure;
        }
        catch (Exception e) when (e is DocumentException or AuditException or ExecutableException or IOException or UnauthorizedAccessException)
        {
            Complain(context.Error, e.Message);
            return ExitCode.Failure;
        }
        catch (Exception e)
        {
            // A fault of this program's own. Still one sentence: a stack trace helps nobody at a terminal.
            Complain(context.Error, $"unexpected failure ({e.GetType().Name}): {e.Message}");
            return ExitCode.Failure;
        }
    }

    /// <summary>One line, whatever the message holds.</summary>
    internal static void Complain(TextWriter error, string message) =>
        error.WriteLine($"{ProductInfo.CommandName}: {Printable.Escape(message)}");

    private static string? FindFault(ParseResult parsed)
    {
        if (parsed.Action is VersionAction or HelpWithExamples)
        {
            return null;
        }

        // What follows '--' is the program's own.
        if (parsed.CommandResult.Command is ExecCommand)
        {
            return parsed.Errors.Count > 0 ? parsed.Errors[0].Message.TrimEnd('.') : null;
        }

        // The library takes an option that it does not know for an argument, or for the value of the option before it:
        // a mistyped restriction would become part of what is granted.
        IEnumerable<Token> arguments = parsed.CommandResult.Tokens.Where(t => t.Value.StartsWith('-'));
        IEnumerable<Token> values = parsed.CommandResult.Children.OfType<OptionResult>()
            .SelectMany(o => o.Tokens).Where(t => t.Value.StartsWith("--", StringComparison.Ordinal));
        if (arguments.Concat(values).FirstOrDefault() is { } token)
        {
            return $"'{token.Value}' is no option that is known here; a file of that name is './{token.Value}'";
        }

        // What was typed and not understood says more than what is therefore missing.
        if (parsed.UnmatchedTokens.Count > 0)
        {
            return $"'{parsed.UnmatchedTokens[0]}' is no command or option that is known here";
        }

        return parsed.Errors.Count > 0 ? parsed.Errors[0].Message.TrimEnd('.') : null;
    }

    private static RootCommand Create(CliContext context)
    {
        var root = new RootCommand("Lets programs read and write secrets only after a person has approved them.")
        {
            new StartCommand(context),
            new StopCommand(context),
            new ExecCommand(context),
            new ShimCommand(context),
            new StatusCommand(context),
            new RegisterCommand(context),
            new AuthorizeCommand(context),
            new AllowCommand(context),
            new DisallowCommand(context),
            new UpgradeCommand(context),
            new ListPendingCommand(context),
            new ApproveCommand(context),
            new DenyCommand(context),
            new RevokeCommand(context),
            new ListCommand(context),
            new CheckCommand(context),
            new PluginsCommand(context),
            new StoreCommand(context),
            new ServiceCommand(context),
            new KeyCommand(context),
            new AuditCommand(context),
            new DoctorCommand(context),
        };

        root.Options.Add(context.UserOption);

        // No [suggest] and the like: arguments in brackets are paths to us.
        root.Directives.Clear();
        foreach (Option option in root.Options)
        {
            option.Action = option switch
            {
                VersionOption => new VersionAction(),
                HelpOption => new HelpWithExamples((HelpAction)option.Action!),
                _ => option.Action,
            };
        }

        return root;
    }

    private static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            if (at is CommandResult { Command: not RootCommand } command)
            {
                names.Push(command.Command.Name);
            }
        }

        names.Push(ProductInfo.CommandName);
        return string.Join(' ', names);
    }
}
