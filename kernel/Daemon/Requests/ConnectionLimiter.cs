using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Daemon.Requests;

/// <summary>
/// Bounds connections per executable identity and in all. Counting per user would let one program of a user lock out
/// all others. A part is kept back for programs that hold few, so that a few greedy programs cannot lock out the rest:
/// anybody may start approved programs as often as they like. Peers whose verification takes its time are counted apart, so
/// that they take nothing from programs that are known already.
/// </summary>
internal sealed class ConnectionLimiter(Limits limits)
{
    // More than an honest program holds at a time, few enough that hundreds of programs find room.
    private const int Few = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<BinaryIdentity, int> _perIdentity = [];
    private int _slow;
    private int _identified;

    private int ForMany => limits.MaxConnections - (limits.MaxConnections / 4);

    private int SlowLane => limits.MaxConnections / 4;

    /// <summary>Whether no more can be counted whose peers take long to verify.</summary>
    internal bool IsSlowLaneFull
    {
        get
        {
            lock (_gate)
            {
                return _slow >= SlowLane;
            }
        }
    }

    /// <summary>Counts a connection whose peer takes long to verify.</summary>
    /// <returns>False when too many are being verified already.</returns>
    internal bool TryEnter()
    {
        lock (_gate)
        {
            if (IsSlowLaneFull)
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
            int room = ofIdentity < Few ? limits.MaxConnections : ForMany;
            if (ofIdentity >= limits.MaxConnectionsPerBinary || _identified >= room)
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
