namespace KeychainAuth.Plugin;

/// <summary>A store could not do what it was asked. Its message reaches clients and logs: never a value in it.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The cause.</param>
    /// <param name="message">One sentence that says what failed and what mends it. Never a secret.</param>
    /// <param name="nativeCode">The backend's own code, if there was one.</param>
    /// <param name="completed">
    /// For a batch that the backend cannot do all-or-nothing: how many items were done, in the order of the request.
    /// Null means that nothing was done.
    /// </param>
    /// <param name="innerException">The failure behind it, if any.</param>
    public StoreException(StoreError error, string message, int? nativeCode = null, int? completed = null, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
        NativeCode = nativeCode;
        Completed = completed;
    }

    /// <summary>The cause.</summary>
    public StoreError Error { get; }

    /// <summary>The backend's own code (an OSStatus, a GError code, an errno), if there was one.</summary>
    public int? NativeCode { get; }

    /// <summary>How many items of a batch were done; null when none were.</summary>
    public int? Completed { get; }
}
