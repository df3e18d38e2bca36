using System.Collections;
using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Paths;

namespace KeychainAuth.Cli;

/// <summary>Everything outside the program that commands touch, so that tests can run them in a place of their own.</summary>
internal sealed class CliContext
{
    internal required UserPaths Paths { get; init; }

    internal required TextWriter Out { get; init; }

    internal required TextWriter Error { get; init; }

    internal required IDictionary Environment { get; init; }

    /// <summary>Where this program, and the daemon beside it, lie.</summary>
    internal required string ProgramDirectory { get; init; }

    /// <summary>The set-group-id program that starts others, whether it is installed or not.</summary>
    internal string Launcher { get; init; } = Launching.Launcher.InstalledPath;

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal ExecutableInspector Inspector { get; init; } = new();

    /// <summary>Replaces this process by another program; returns only the reason why it could not.</summary>
    internal ReplaceProcess Replace { get; init; } = ProcessReplacement.Run;

    /// <summary>Ends what would otherwise run for ever.</summary>
    internal CancellationToken Stop { get; init; }
}
