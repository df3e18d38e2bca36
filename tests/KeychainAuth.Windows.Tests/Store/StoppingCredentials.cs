using KeychainAuth.Plugins.StoreCredman;

namespace KeychainAuth.Windows.Tests.Store;

/// <summary>Calls somebody before the change of a number.</summary>
internal sealed class StoppingCredentials(ICredentials inner, int step, Action stop) : ICredentials
{
    private int _changes;

    public Credential? Read(string name) => inner.Read(name);

    public void Write(Credential credential)
    {
        Step();
        inner.Write(credential);
    }

    public bool Delete(string name)
    {
        Step();
        return inner.Delete(name);
    }

    public IReadOnlyList<Credential> Enumerate(string prefix, bool withBlobs) => inner.Enumerate(prefix, withBlobs);

    private void Step()
    {
        if (_changes++ == step)
        {
            stop();
        }
    }
}
