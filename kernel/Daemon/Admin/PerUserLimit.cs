namespace KeychainAuth.Daemon.Admin;

/// <summary>Bounds how much of something each user has at a time.</summary>
internal sealed class PerUserLimit(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, int> _counts = [];

    /// <returns>False when this user has as many as are allowed.</returns>
    internal bool TryEnter(uint user)
    {
        lock (_gate)
        {
            int count = _counts.GetValueOrDefault(user);
            if (count >= most)
            {
                return false;
            }

            _counts[user] = count + 1;
            return true;
        }
    }

    internal void Leave(uint user)
    {
        lock (_gate)
        {
            if (--_counts[user] == 0)
            {
                _counts.Remove(user);
            }
        }
    }
}
