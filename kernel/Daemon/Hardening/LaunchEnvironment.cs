using System.Collections;
using KeychainAuth.Core.Launch;

namespace KeychainAuth.Daemon.Hardening;

/// <summary>
/// Refuses to run with variables that load foreign code into the daemon or open it to debuggers. The command line starts
/// the daemon without them; this catches a start by other means. By now such code may have run already: this is there to
/// make a careless set-up fail loudly, not to stop an attacker who starts the daemon himself.
/// </summary>
internal static class LaunchEnvironment
{
    private const string Diagnostics = "DOTNET_EnableDiagnostics";

    /// <returns>Null when the environment is fit, otherwise a sentence that names what is wrong and what mends it.</returns>
    internal static string? FindFault(IDictionary environment)
    {
        foreach (string name in environment.Keys)
        {
            if (CodeLoadingVariables.Contains(name))
            {
                return $"The variable {name} can load foreign code into the daemon: start it with 'keychain-auth start', which leaves it out.";
            }
        }

        return environment[Diagnostics] is "0"
            ? null
            : $"The .NET diagnostics port is open to every program of this user: start with 'keychain-auth start', or set {Diagnostics}=0.";
    }
}
