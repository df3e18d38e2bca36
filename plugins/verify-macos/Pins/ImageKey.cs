namespace KeychainAuth.Plugins.VerifyMacOS.Pins;

/// <summary>One image of one process: the version is new at each fork and each exec.</summary>
internal readonly record struct ImageKey(int ProcessId, int Version);
