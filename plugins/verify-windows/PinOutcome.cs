namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>A pin, or why there is none.</summary>
internal readonly record struct PinOutcome(ImagePin? Pin, Refusal? Refusal);
