using System.CommandLine;

namespace KeychainAuth.Cli.Commands;

/// <summary>What both commands about the service demand.</summary>
internal static class ServiceScope
{
    /// <exception cref="CliException">It was not said, or there is no such thing here.</exception>
    internal static void Require(ParseResult arguments, Option<bool> system)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new CliException("System mode is there on Linux only.");
        }

        if (!arguments.GetValue(system))
        {
            throw CliException.Usage("Say --system: that is the only service there is");
        }
    }
}
