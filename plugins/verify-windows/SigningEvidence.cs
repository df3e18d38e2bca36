namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>Who signed a file.</summary>
/// <param name="Identity">The publisher's key; null unless the signature is valid on this machine.</param>
/// <param name="Status">What was found, for a person.</param>
/// <param name="Publisher">The name in the certificate, which the certifier vouches for.</param>
internal sealed record SigningEvidence(string? Identity, string Status, string? Publisher);
