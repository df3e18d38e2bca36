namespace KeychainAuth.Plugins.StoreSecretService;

/// <summary>How far a batch has come, so that one that is taken up again after a reconnection does not begin anew.</summary>
internal sealed class Progress
{
    /// <summary>Items of the request that are done, from its first one on.</summary>
    internal int Done { get; set; }

    /// <summary>How many of these had existed.</summary>
    internal int Existed { get; set; }
}
