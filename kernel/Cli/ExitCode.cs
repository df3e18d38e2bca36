namespace KeychainAuth.Cli;

/// <summary>What the command line's exit codes mean. Scripts rely on them.</summary>
internal static class ExitCode
{
    internal const int Success = 0;
    internal const int Failure = 1;

    /// <summary>The command line itself makes no sense; nothing was looked at.</summary>
    internal const int Usage = 2;

    internal const int NotRunning = 3;

    /// <summary>The program asked about may not do it.</summary>
    internal const int Denied = 4;

    /// <summary><c>exec</c> could not try. This and the next two are what shells and the launcher use.</summary>
    internal const int CannotLaunch = 125;

    /// <summary><c>exec</c>: the program was found and cannot be launched.</summary>
    internal const int NotLaunchable = 126;

    /// <summary><c>exec</c>: there is no such program.</summary>
    internal const int ProgramNotFound = 127;
}
