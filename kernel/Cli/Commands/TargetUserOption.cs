using System.CommandLine;
using System.Globalization;
using KeychainAuth.Core.Accounts;

namespace KeychainAuth.Cli.Commands;

/// <summary><c>--user</c>: in system mode, whose policy, queue or log a command is about.</summary>
internal static class TargetUserOption
{
    internal static Option<string?> Create() => new("--user")
    {
        Description = "System mode: whose it is about, by name or number. Needs an administrator's password, or root.",
        HelpName = "USER",
        Recursive = true,
    };

    /// <exception cref="CliException">There is no such user.</exception>
    internal static uint Resolve(string user)
    {
        if (uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
        {
            return number;
        }

        return UserAccount.Find(user)?.UserId ?? throw CliException.Usage($"There is no user '{user}' on this machine");
    }
}
