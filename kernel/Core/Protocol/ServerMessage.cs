namespace KeychainAuth.Core.Protocol;

/// <summary>A line from a daemon that could be understood.</summary>
internal abstract class ServerMessage : IDisposable
{
    /// <summary>Zeroes any secrets in the message.</summary>
    public virtual void Dispose()
    {
    }
}
