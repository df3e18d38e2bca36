using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using KeychainAuth.Cli.Commands;

namespace KeychainAuth.Cli.Output;

/// <summary>The library's help, followed by examples and, at the top, by the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
{
    private static readonly string[] Story =
    [
        "keychain-auth start",
        "keychain-auth list-pending",
        "keychain-auth approve 3f9a0c417b2e",
        "keychain-auth allow /usr/local/bin/mytool --read aws --target 'aws=prod/*' --until 8h",
        "keychain-auth audit --follow",
    ];

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = inner.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        var command = parseResult.CommandResult.Command as CliCommand;
        output.WriteLine("Examples:");
        foreach (string example in command?.Examples ?? Story)
        {
            output.WriteLine($"  {example}");
        }

        if (command is null)
        {
            output.WriteLine();
            output.WriteLine("Exit codes: 0 success, 1 failure, 2 usage, 3 not running, 4 denied.");
        }

        return code;
    }
}
