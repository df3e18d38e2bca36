using System.CommandLine;
using KeychainAuth.Cli.Launching;
using KeychainAuth.Cli.Output;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>shim list</c>: shows them.</summary>
internal sealed class ShimListCommand : CliCommand
{
    private readonly Option<string?> _directory = ShimCommand.DirectoryOption();
    private readonly Option<bool> _json = JsonSwitch();

    internal ShimListCommand(CliContext context)
        : base(context, "list", "Show the shims, what they start, and whether that is still there.", "keychain-auth shim list")
    {
        Options.Add(_directory);
        Options.Add(_json);
    }

    private protected override int Execute(ParseResult arguments)
    {
        var directory = new ShimDirectory(Context, arguments.GetValue(_directory));
        ShimReport[] shims = [.. directory.All().Select(shim => new ShimReport(shim.Name, shim.Program.Path, shim.Program.IsScript, File.Exists(shim.Program.Path)))];
        if (arguments.GetValue(_json))
        {
            Context.Out.WriteJson(shims, CliJsonContext.Default.ShimReportArray);
            return ExitCode.Success;
        }

        foreach (ShimReport shim in shims)
        {
            Context.Out.WriteLine($"{Printable.Escape(shim.Name)}: {Printable.Escape(shim.Program)}{(shim.Script ? ", a script" : "")}{(shim.Exists ? "" : ", which is gone")}");
        }

        Context.Out.WriteLine(shims.Length == 0
            ? $"No program has a shim in {Printable.Escape(directory.Path)}."
            : $"In {Printable.Escape(directory.Path)}, which is {(directory.IsFirstOnPath ? "" : "not ")}first on PATH.");
        return ExitCode.Success;
    }
}
