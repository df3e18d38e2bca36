namespace KeychainAuth.Plugin;

/// <summary>How much a log line matters.</summary>
public enum PluginLogLevel
{
    /// <summary>For somebody who looks for a fault. Not written by default.</summary>
    Debug,

    /// <summary>A normal event worth knowing.</summary>
    Information,

    /// <summary>Something works less well or less safely than it could; the message says how to mend it.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,
}
