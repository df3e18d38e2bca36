using System.Collections;
using System.CommandLine;
using KeychainAuth.Cli.Brokers;
using KeychainAuth.Cli.Commands;
using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Paths;

namespace KeychainAuth.Cli;

/// <summary>Everything outside the program that commands touch, so that tests can run them in a place of their own.</summary>
internal sealed class CliContext : IDisposable
{
    private IBroker? _broker;

    internal required UserPaths Paths { get; init; }

    /// <summary>Whether a system daemon serves this user, unless a command names another socket.</summary>
    internal bool IsSystemMode { get; init; }

    /// <summary>In system mode, whose policy a command is about; null means the user's own.</summary>
    internal uint? TargetUser { get; set; }

    /// <summary>The option that names the target user; one per command line.</summary>
    internal Option<string?> UserOption { get; } = TargetUserOption.Create();

    /// <summary>Who keeps policy, queue and log.</summary>
    internal IBroker Broker => _broker ??= IsSystemMode ? new SystemBroker(TargetUser) : new OwnBroker(this);

    internal required TextWriter Out { get; init; }

    internal required TextWriter Error { get; init; }

    internal required IDictionary Environment { get; init; }

    /// <summary>Where this program, and the daemon beside it, lie.</summary>
    internal required string ProgramDirectory { get; init; }

    /// <summary>The set-group-id program that starts others, whether it is installed or not.</summary>
    internal string Launcher => Path.Combine(ProgramDirectory, Launching.Launcher.FileName);

    internal TimeProvider Time { get; init; } = TimeProvider.System;

    internal ExecutableInspector Inspector { get; init; } = new();

    /// <summary>Replaces this process by another program; returns only the reason why it could not.</summary>
    internal ReplaceProcess Replace { get; init; } = ProcessReplacement.Run;

    /// <summary>Runs another program to its end; null runs it as a child.</summary>
    internal RunProcess? Run { get; init; }

    /// <summary>Ends what would otherwise run for ever.</summary>
    internal CancellationToken Stop { get; init; }

    public void Dispose() => (_broker as IDisposable)?.Dispose();
}
