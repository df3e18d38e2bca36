namespace KeychainAuth.Daemon.Users;

/// <summary>Decides whom the daemon serves, and opens what belongs to them.</summary>
internal interface IUserScopeFactory
{
    /// <param name="userId">The user, on the kernel's word; null on Windows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when this user is not served.</returns>
    /// <exception cref="UserScopeException">The user is served, but not now; the message says what mends it.</exception>
    Task<UserScope?> OpenAsync(uint? userId, CancellationToken cancellationToken);
}
