using KeychainAuth.Cli.Policy;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>disallow</c>: takes permissions away; never gives any.</summary>
internal sealed class DisallowCommand(CliContext context) : GrantCommand(
    context,
    "disallow",
    "Take permissions from a registered program, also on connections that are open. --until brings the end of all of them forward.",
    "keychain-auth disallow /usr/local/bin/mytool --write aws",
    "keychain-auth disallow /usr/local/bin/mytool --target 'aws=prod/*'",
    "keychain-auth disallow /usr/local/bin/mytool --until 30m")
{
    private protected override List<string> Change(BinaryEntry entry, Grants grants) => grants.Until is { At: null }
        ? throw CliException.Usage("--until never gives rather than takes: use 'keychain-auth allow'.")
        : GrantEditor.Remove(entry, grants);
}
