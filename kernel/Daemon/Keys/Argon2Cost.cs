using System.Text.Json.Serialization;
using KeychainAuth.Daemon.Sealing;

namespace KeychainAuth.Daemon.Keys;

/// <summary>What one guess at a passphrase costs: Argon2id (RFC 9106), as recorded in the file that it protects.</summary>
internal sealed record Argon2Cost
{
    private const int MinMemoryKib = 8;
    private const int MaxMemoryKib = 4 * 1024 * 1024;
    private const int MaxPasses = 64;

    /// <summary>256 MiB and three passes: about a second, on a machine that has little to spare too.</summary>
    internal static Argon2Cost Default { get; } = new() { MemoryKib = 256 * 1024, Passes = 3 };

    [JsonPropertyName("memory_kib")]
    public required int MemoryKib { get; init; }

    [JsonPropertyName("passes")]
    public required int Passes { get; init; }

    /// <summary>Always 1: the library offers no other.</summary>
    [JsonPropertyName("parallelism")]
    public int Parallelism { get; init; } = 1;

    /// <summary>Before a file that came from elsewhere makes this machine compute for days, or run out of memory.</summary>
    /// <exception cref="MasterKeyException">It asks for what is not done here.</exception>
    internal void Check()
    {
        if (MemoryKib is < MinMemoryKib or > MaxMemoryKib || Passes is < 1 or > MaxPasses || Parallelism != 1)
        {
            throw new MasterKeyException($"The export asks for Argon2id with {MemoryKib} KiB, {Passes} passes and parallelism {Parallelism}; this program does {MinMemoryKib} to {MaxMemoryKib} KiB, 1 to {MaxPasses} passes and parallelism 1.");
        }
    }
}
