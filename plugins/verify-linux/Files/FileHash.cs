namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>The outcome of hashing a file: a digest, or why there is none.</summary>
internal sealed record FileHash
{
    private FileHash(string? sha256, FileKey key, bool kept, Refusal? refusal)
    {
        Sha256 = sha256;
        Key = key;
        IsKept = kept;
        Refusal = refusal;
    }

    /// <summary>64 lower-case hexadecimal digits; null where there is a refusal.</summary>
    public string? Sha256 { get; }

    /// <summary>The file as it was while it was read.</summary>
    public FileKey Key { get; }

    /// <summary>Whether an unchanged key proves unchanged content from now on.</summary>
    public bool IsKept { get; }

    /// <summary>Why there is no digest.</summary>
    public Refusal? Refusal { get; }

    public static FileHash Of(string sha256, FileKey key, bool kept) => new(sha256, key, kept, null);

    public static FileHash Refused(Refusal refusal) => new(null, default, false, refusal);
}
