using KeychainAuth.Cli.Policy;

namespace KeychainAuth.Cli.Programs;

/// <summary>What is to be registered, and how.</summary>
internal sealed record RegistrationRequest
{
    internal required string Path { get; init; }

    internal required Grants Grants { get; init; }

    internal bool AllowInterpreter { get; init; }

    /// <summary>Whether a person says that it makes executable memory of its own.</summary>
    internal bool Jit { get; init; }

    internal int? Protocol { get; init; }

    /// <summary>Whether it is served only when launched, in system mode; null leaves that as it is.</summary>
    internal bool? MustBeLaunched { get; init; }

    /// <summary>Whether updates by its present signer are to pass.</summary>
    internal bool SameSigner { get; init; }
}
