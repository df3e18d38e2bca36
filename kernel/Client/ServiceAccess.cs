namespace KeychainAuth.Client;

/// <summary>What the calling program may do in a service.</summary>
/// <param name="Service">The service.</param>
/// <param name="CanRead">Whether it may read.</param>
/// <param name="CanWrite">Whether it may write and delete.</param>
/// <param name="CanSearch">Whether it may search and match by prefix.</param>
public sealed record ServiceAccess(string Service, bool CanRead, bool CanWrite, bool CanSearch);
