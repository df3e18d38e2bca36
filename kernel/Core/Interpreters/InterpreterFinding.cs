namespace KeychainAuth.Core.Interpreters;

/// <summary>Why a program counts as an interpreter.</summary>
/// <param name="Family">What it is, for example <c>python</c>.</param>
/// <param name="Evidence">What gave it away, as the end of a sentence.</param>
internal sealed record InterpreterFinding(string Family, string Evidence);
