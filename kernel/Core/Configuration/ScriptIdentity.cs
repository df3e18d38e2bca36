namespace KeychainAuth.Core.Configuration;

/// <summary>A script that is approved together with its interpreter.</summary>
/// <param name="Hash"><c>sha256:</c> and 64 lower-case hexadecimal digits.</param>
/// <param name="Path">Absolute path.</param>
internal sealed record ScriptIdentity(string Hash, string Path)
{
    internal static ScriptIdentity? From(CodeFileEntry? entry) => entry is null ? null : new ScriptIdentity(entry.Hash, entry.Path);

    internal CodeFileEntry ToEntry() => new() { Path = Path, Hash = Hash };
}
