using KeychainAuth.Cli.Policy;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>allow</c>: adds permissions.</summary>
internal sealed class AllowCommand(CliContext context) : GrantCommand(
    context,
    "allow",
    "Add permissions to a registered program. They are in force at once. The first --target of a service limits the program to it.",
    "keychain-auth allow /usr/local/bin/mytool --read aws --write aws",
    "keychain-auth allow /usr/local/bin/mytool --target 'aws=prod/*'",
    "keychain-auth allow 3f9a0c417b2e --read demo --until 8h")
{
    private protected override List<string> Change(BinaryEntry entry, Grants grants) => GrantEditor.Add(entry, grants);
}
