namespace KeychainAuth.Plugin;

/// <summary>Whether a store can work, as found by <see cref="ISecretStore.ProbeAsync"/>.</summary>
/// <param name="State">The finding.</param>
/// <param name="Message">One sentence: what was found and, unless ready, what mends it.</param>
public sealed record StoreHealth(StoreState State, string Message);
