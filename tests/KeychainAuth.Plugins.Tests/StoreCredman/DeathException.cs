namespace KeychainAuth.Plugins.Tests.StoreCredman;

/// <summary>The process is dead from here on: nothing after this happens, no clean-up either.</summary>
internal sealed class DeathException : Exception;
