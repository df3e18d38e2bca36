namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>A value did not come through the session as it was sent.</summary>
internal sealed class SessionUnusableException : Exception;
