namespace KeychainAuth.Soak.Actors;

/// <summary>Something that goes on at the daemon for the whole time.</summary>
internal interface IActor
{
    /// <summary>Acts until told to stop.</summary>
    /// <exception cref="SoakException">The daemon did what it must not.</exception>
    Task RunAsync(SoakDaemon daemon, Ledger ledger, CancellationToken stopping);
}
