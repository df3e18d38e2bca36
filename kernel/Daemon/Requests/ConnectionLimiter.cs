using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Daemon.Requests;

/// <summary>
/// Bounds connections per executable identity and in all. Counting per user would let one program of a user lock out
/// all others; and a part is kept back for registered programs, so that strangers cannot use up everything.
/// </summary>
internal sealed class ConnectionLimiter(Limits limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BinaryIdentity, int> _perIdentity = [];
    private int _unidentified;
    private int _identified;

    // Three quarters are for registered programs only.
    private int ForStrangers => limits.MaxConnections / 4;

    /// <summary>Counts a connection whose peer is not known yet.</summary>
    /// <returns>False when too many are being verified already.</returns>
    internal bool TryEnter()
    {
        lock (_gate)
        {
            if (_unidentified >= ForStrangers)
            {
                return false;
            }

            _unidentified++;
            return true;
        }
    }

    /// <summary>Uncounts a connection whose peer was not known yet.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            _unidentified--;
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
