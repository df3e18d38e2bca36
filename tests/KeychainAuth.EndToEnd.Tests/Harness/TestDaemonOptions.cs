using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Harness;

/// <summary>How a test's daemon differs from the ordinary one.</summary>
public sealed record TestDaemonOptions
{
    /// <summary>config.json as it is before the first start.</summary>
    public string? ConfigJson { get; init; }

    /// <summary>Further variables of the environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Further arguments of <c>keychain-auth start</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Run daemon and clients as this user; needs root. Null means as the user of the tests.</summary>
    public uint? UserId { get; init; }

    /// <summary>A command that starts the daemon's command line, given as its last arguments, such as <c>prlimit</c>.</summary>
    public IReadOnlyList<string> Launcher { get; init; } = [];

    /// <summary>The published tree to run.</summary>
    public string Tree { get; init; } = RepositoryPaths.Tree;
}
