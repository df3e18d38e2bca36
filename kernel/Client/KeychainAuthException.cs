namespace KeychainAuth.Client;

/// <summary>A request was not served. Never holds a secret.</summary>
public sealed class KeychainAuthException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The cause.</param>
    /// <param name="message">One sentence for a person.</param>
    /// <param name="reason">The daemon's own word for it, if it gave one.</param>
    /// <param name="innerException">The failure behind it, if any.</param>
    public KeychainAuthException(KeychainAuthError error, string message, string? reason = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
        Reason = reason;
    }

    /// <summary>The cause.</summary>
    public KeychainAuthError Error { get; }

    /// <summary>The <c>reason</c> of the daemon's answer as it stood there; null when the daemon did not answer.</summary>
    public string? Reason { get; }
}
