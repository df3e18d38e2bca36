namespace KeychainAuth.Plugins.VerifyMacOS.Code;

/// <summary>What a signature says. Claims of the signer until <see cref="IsApples"/>; the hash holds in any case.</summary>
internal sealed record CodeFacts
{
    /// <summary>What unsigned code says.</summary>
    public static CodeFacts Unsigned { get; } = new();

    public bool IsSigned => CdHash is not null;

    public string? Identifier { get; init; }

    public string? TeamId { get; init; }

    /// <summary>The hash of the code directory, by which the kernel knows the code: 40 lower-case hexadecimal digits.</summary>
    public string? CdHash { get; init; }

    public CodeFlags Flags { get; init; }

    public CodeState State { get; init; }

    /// <summary>The entitlements that are true, of those that matter here.</summary>
    public IReadOnlyList<string> Entitlements { get; init; } = [];

    /// <summary>Whether the signer's certificate was issued by Apple, and its team, where it has one, is the claimed one.</summary>
    public bool IsApples { get; init; }
}
