using KeychainAuth.Plugins.StoreCredman;

namespace KeychainAuth.Windows.Tests.Store;

/// <summary>
/// The real Credential Manager, seen through a prefix of a test's own: nothing of the person's is read or changed.
/// </summary>
internal sealed class PrefixedCredentials(string prefix) : ICredentials
{
    private readonly WindowsCredentials _real = new(roams: false);

    public Credential? Read(string name) => Strip(_real.Read(prefix + name));

    public void Write(Credential credential) => _real.Write(credential with { Name = prefix + credential.Name });

    public bool Delete(string name) => _real.Delete(prefix + name);

    public IReadOnlyList<Credential> Enumerate(string start, bool withBlobs) =>
        [.. _real.Enumerate(prefix + start, withBlobs).Select(credential => Strip(credential)!)];

    internal void DeleteAll()
    {
        foreach (Credential credential in Enumerate("", withBlobs: false))
        {
            using (credential)
            {
                Delete(credential.Name);
            }
        }
    }

    private Credential? Strip(Credential? credential) => credential is null ? null : credential with { Name = credential.Name[prefix.Length..] };
}
