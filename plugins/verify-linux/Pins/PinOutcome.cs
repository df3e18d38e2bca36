namespace KeychainAuth.Plugins.VerifyLinux.Pins;

/// <summary>A pin or the reason why there is none: exactly one is set.</summary>
internal readonly record struct PinOutcome(ProcessPin? Pin, Refusal? Refusal);
