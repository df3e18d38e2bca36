using System.CommandLine;
using KeychainAuth.Cli.Diagnosis;
using KeychainAuth.Cli.Output;
using KeychainAuth.Core.Paths;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>doctor</c>: looks at the installation.</summary>
internal sealed class DoctorCommand : CliCommand
{
    private readonly Option<string?> _socket = SocketOption();
    private readonly Option<bool> _selfTest = Switch(
        "--self-test", "Try the plugins too: connect to them, and write, read and delete a secret of no meaning in the store.");
    private readonly Option<bool> _json = JsonSwitch();

    internal DoctorCommand(CliContext context)
        : base(
            context,
            "doctor",
            "Examine files, daemon, policy and kernel. Changes nothing, but for --self-test, which leaves nothing behind. Exit code 1 when something has to be mended.",
            "keychain-auth doctor",
            "keychain-auth doctor --self-test",
            "keychain-auth doctor --json")
    {
        Options.Add(_socket);
        Options.Add(_selfTest);
        Options.Add(_json);
    }

    private protected override int Execute(ParseResult arguments)
    {
        string? named = Socket(arguments, _socket);
        DoctorFinding[] findings =
        [
            .. (named is null ? Context.IsSystemMode : SystemMode.IsChosen(named))
                ? new SystemDoctor(Context).Examine()
                : new Doctor(Context, named ?? Context.Paths.ResolveSocket(null)).Examine(),
            .. arguments.GetValue(_selfTest) ? SelfTestCaller.Run(Context) : [],
        ];
        bool healthy = Array.TrueForAll(findings, f => f.State != DoctorFinding.Bad);
        if (arguments.GetValue(_json))
        {
            Context.Out.WriteJson(new DoctorReport { Healthy = healthy, Checks = findings }, CliJsonContext.Default.DoctorReport);
            return healthy ? ExitCode.Success : ExitCode.Failure;
        }

        foreach (DoctorFinding finding in findings)
        {
            Context.Out.WriteLine($"{finding.State,-5} {finding.Name}: {Printable.Escape(finding.Message)}");
        }

        return healthy ? ExitCode.Success : ExitCode.Failure;
    }
}
