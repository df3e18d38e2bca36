namespace KeychainAuth.Core.Protocol;

/// <summary>A line from a client that could be understood.</summary>
internal abstract class ClientMessage : IDisposable
{
    /// <summary>Zeroes any secrets in the message.</summary>
    public virtual void Dispose()
    {
    }
}
