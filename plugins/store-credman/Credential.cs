using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>A generic credential. Disposing it zeroes the blob.</summary>
/// <param name="Name">Its target name, which Windows compares without case.</param>
/// <param name="UserName">Its user name, which keeps its case.</param>
/// <param name="Blob">Its secret part; owned by this object.</param>
/// <param name="Attributes">Its attributes, values as UTF-8 text.</param>
internal sealed record Credential(string Name, string UserName, SecretBuffer Blob, IReadOnlyDictionary<string, string> Attributes) : IDisposable
{
    public void Dispose() => Blob.Dispose();

    /// <summary>The name; never the blob.</summary>
    public override string ToString() => Name;
}
