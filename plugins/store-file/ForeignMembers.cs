using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>Gathers the raw members of one entry that are not ours.</summary>
internal sealed class ForeignMembers : IDisposable
{
    private PinnedWriter? _members;

    internal void Add(ReadOnlySpan<byte> rawMember)
    {
        if (_members is null)
        {
            _members = new PinnedWriter(rawMember.Length);
        }
        else
        {
            _members.Write(", "u8);
        }

        _members.Write(rawMember);
    }

    /// <summary>What was gathered, in a buffer of its own; null when there was nothing.</summary>
    internal SecretBuffer? Take() => _members is null ? null : new SecretBuffer(_members.Written);

    public void Dispose() => _members?.Dispose();
}
