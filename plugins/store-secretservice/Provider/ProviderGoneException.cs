namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>The bus or the provider went away. Whether the call that failed had an effect is unknown.</summary>
internal sealed class ProviderGoneException(bool busIsGone) : Exception
{
    internal bool BusIsGone { get; } = busIsGone;
}
