namespace KeychainAuth.Plugin;

/// <summary>
/// An ability of listeners whose address somebody else can take away, such as a socket's file. The daemon asks once a
/// second, and binds anew where the answer is no.
/// </summary>
public interface IReachableListener : ITransportListener
{
    /// <summary>Whether a client that connects to <see cref="ITransportListener.Address"/> now would reach this listener.</summary>
    bool IsReachable { get; }
}
