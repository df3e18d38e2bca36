using System.CommandLine;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>key import</c>: brings a master key back.</summary>
internal sealed class KeyImportCommand : CliCommand
{
    private readonly Argument<string> _file = Argument("FILE", "What 'key export' wrote.");
    private readonly Option<string?> _descriptor = KeyCommand.PassphraseDescriptor();
    private readonly Option<string?> _withKey = KeyCommand.WithKey();

    internal KeyImportCommand(CliContext context)
        : base(
            context,
            "import",
            "Bring a master key back from an export. Where this machine has a key of its own, the imported one only opens what it wrapped, until it is wrapped anew.",
            "keychain-auth key import /root/keychain-auth.key",
            "keychain-auth key import /root/keychain-auth.key --with-key tpm2")
    {
        Arguments.Add(_file);
        Options.Add(_descriptor);
        Options.Add(_withKey);
    }

    private protected override int Execute(ParseResult arguments) => DaemonProgram.Become(
        Context,
        ["key", "import", Path.GetFullPath(arguments.GetRequiredValue(_file)), .. KeyCommand.Pass(arguments, _descriptor), .. KeyCommand.Pass(arguments, _withKey)]);
}
