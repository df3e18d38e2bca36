using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Core.Policy;

/// <summary>One program's share of a change of policy, as the audit log will tell it.</summary>
/// <param name="Program">Whom it concerns.</param>
/// <param name="Detail">What changes, in words.</param>
internal sealed record PolicyChange(BinaryIdentity Program, string Detail);
