namespace KeychainAuth.Plugins.VerifyMacOS.Processes;

/// <summary>When a process started, in the wall clock's time of then: with the pid it names one process.</summary>
internal readonly record struct ProcessStart(ulong Seconds, ulong Microseconds);
