using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Migration;

/// <summary>Secrets read together, found by target and zeroed together.</summary>
internal sealed class SecretSet(IReadOnlyList<Secret> items) : IDisposable
{
    internal IReadOnlyList<Secret> Items { get; } = items;

    internal Secret? Find(string target) => Items.FirstOrDefault(secret => secret.Target == target);

    public void Dispose()
    {
        foreach (Secret secret in Items)
        {
            secret.Dispose();
        }
    }
}
