namespace KeychainAuth.Daemon.Sealing;

/// <summary>What became of a rotation.</summary>
/// <param name="Resealed">How many values were sealed anew.</param>
/// <param name="Left">
/// Values (<c>service/target</c>) that could not be, because they do not open. While there are any, the older keys stay.
/// </param>
internal sealed record KeyRotationReport(int Resealed, IReadOnlyList<string> Left);
