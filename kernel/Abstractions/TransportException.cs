namespace KeychainAuth.Plugin;

/// <summary>The channel failed: an address that cannot be used, or a connection that broke.</summary>
public sealed class TransportException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The cause.</param>
    /// <param name="message">One sentence that says what failed and, where somebody can mend it, how.</param>
    /// <param name="nativeCode">The operating system's error number (errno, GetLastError), if there was one.</param>
    public TransportException(TransportError error, string message, int? nativeCode = null)
        : base(message)
    {
        Error = error;
        NativeCode = nativeCode;
    }

    /// <summary>The cause.</summary>
    public TransportError Error { get; }

    /// <summary>The operating system's error number, if there was one.</summary>
    public int? NativeCode { get; }
}
