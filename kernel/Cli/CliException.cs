namespace KeychainAuth.Cli;

/// <summary>A command cannot be done. One sentence for the person who typed it.</summary>
internal sealed class CliException(string message, int exitCode = ExitCode.Failure) : Exception(message)
{
    internal int Code { get; } = exitCode;

    internal static CliException Usage(string message) => new(message, ExitCode.Usage);
}
