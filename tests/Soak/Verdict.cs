namespace KeychainAuth.Soak;

/// <summary>One thing that is judged at the end.</summary>
internal sealed record Verdict(string What, string Found, bool IsGood);
