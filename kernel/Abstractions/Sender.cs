namespace KeychainAuth.Plugin;

/// <summary>The writer of some bytes, named by the kernel.</summary>
/// <param name="ProcessId">
/// Its process id as seen by the daemon; 0 where the kernel attached none, which makes the bytes nobody's.
/// </param>
/// <param name="UserId">Its user id.</param>
public readonly record struct Sender(int ProcessId, uint UserId);
