using KeychainAuth.Core;
using KeychainAuth.Core.Paths;
using KeychainAuth.Daemon.Sealing;

namespace KeychainAuth.Daemon.Keys;

/// <summary><c>keychain-authd key</c>, run by root: from arguments to an exit code.</summary>
internal static class KeyProgram
{
    internal const string Name = "key";

    /// <exception cref="FormatException">The arguments make no sense.</exception>
    /// <exception cref="MasterKeyException">It could not be done.</exception>
    internal static void Run(ReadOnlySpan<string> arguments)
    {
        KeyCommandOptions options = KeyCommandOptions.Parse(arguments);
        if (!OperatingSystem.IsLinux())
        {
            throw new MasterKeyException("Sealed stores and their keys exist in system mode, on Linux.");
        }

        if (Interop.Libc.GetEUid() != 0)
        {
            throw new MasterKeyException($"The machine's keys are root's: run 'sudo {ProductInfo.CommandName} key {options.Verb}'.");
        }

        new KeyCommands(new MasterKeyPlace("/"), new UserKeyFiles(SystemPaths.StateDirectory), TimeProvider.System, Console.Out, SystemLog.Write).Run(options);
    }
}
