namespace KeychainAuth.Daemon.Plugins;

/// <summary>What became of a plugin candidate.</summary>
internal enum PluginOutcome
{
    /// <summary>It is the one of its kind.</summary>
    Taken,

    /// <summary>It is fit, but does not match this machine or came second.</summary>
    PassedOver,

    /// <summary>It is broken or not trustworthy.</summary>
    Refused,
}
