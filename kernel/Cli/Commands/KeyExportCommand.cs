using System.CommandLine;
using KeychainAuth.Cli.Programs;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>key export</c>: the master key in a file, wrapped by a passphrase.</summary>
internal sealed class KeyExportCommand : CliCommand
{
    private readonly Argument<string> _file = Argument("FILE", "The file to make. One that is there is never replaced.");
    private readonly Option<string?> _descriptor = KeyCommand.PassphraseDescriptor();

    internal KeyExportCommand(CliContext context)
        : base(
            context,
            "export",
            "Write the master key to a file, wrapped by a passphrase (Argon2id). With it and a backup of /var/lib/keychain-auth, secrets open on another machine.",
            "keychain-auth key export /root/keychain-auth.key",
            "keychain-auth key export /root/keychain-auth.key --passphrase-fd 3 3< /run/passphrase")
    {
        Arguments.Add(_file);
        Options.Add(_descriptor);
    }

    private protected override int Execute(ParseResult arguments) =>
        DaemonProgram.Become(Context, ["key", "export", Path.GetFullPath(arguments.GetRequiredValue(_file)), .. KeyCommand.Pass(arguments, _descriptor)]);
}
