using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Daemon.Requests;

/// <summary>
/// Bounds connections per executable identity and in all. Counting per user would let one program of a user lock out
/// all others. Peers whose verification takes its time are counted apart, so that they take nothing from programs that
/// are known already.
/// </summary>
internal sealed class ConnectionLimiter(Limits limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BinaryIdentity, int> _perIdentity = [];
    private int _slow;
    private int _identified;

    private int SlowLane => limits.MaxConnections / 4;

    /// <summary>Counts a connection whose peer takes long to verify.</summary>
    /// <returns>False when too many are being verified already.</returns>
    internal bool TryEnter()
    {
        lock (_gate)
        {
            if (_slow >= SlowLane)
            {
                return false;
            }

            _slow++;
            return true;
        }
    }

    /// <summary>Uncounts a connection whose peer took long to verify.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _slow--;
        }
    }

    /// <summary>Counts a connection of a registered program.</summary>
    /// <returns>False when this program, or all together, have too many.</returns>
    internal bool TryEnter(BinaryIdentity identity)
    {
        lock (_gate)
        {
            int ofIdentity = _perIdentity.GetValueOrDefault(identity);
            if (ofIdentity >= limits.MaxConnectionsPerBinary || _identified >= limits.MaxConnections)
            {
                return false;
            }

            _perIdentity[identity] = ofIdentity + 1;
            _identified++;
            return true;
        }
    }

    /// <summary>Uncounts a connection of a registered program.</summary>
    internal void Leave(BinaryIdentity identity)
    {
        lock (_gate)
        {
            _identified--;
            if (--_perIdentity[identity] == 0)
            {
                _perIdentity.Remove(identity);
            }
        }
    }
}
