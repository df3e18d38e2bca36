using System.Runtime.InteropServices;
using static Interop;

namespace KeychainAuth.Plugins.VerifyMacOS.Processes;

/// <summary>
/// What the kernel calls a process and the image it ran when asked: the pid version is new at each fork and each exec, so
/// two tokens with the same pid and version mean the same image of the same process.
/// </summary>
internal sealed class AuditToken
{
    private readonly LibSystem.audit_token_t _token;

    private AuditToken(in LibSystem.audit_token_t token)
    {
        _token = token;
        ProcessId = LibBsm.AuditTokenToPid(token);
        Version = LibBsm.AuditTokenToPidVersion(token);
        UserId = LibBsm.AuditTokenToEUid(token);
    }

    public int ProcessId { get; }

    public int Version { get; }

    /// <summary>The effective user.</summary>
    public uint UserId { get; }

    /// <summary>Reads a token as getsockopt(LOCAL_PEERTOKEN) gave it.</summary>
    /// <returns>Null when it has not the size of one.</returns>
    public static AuditToken? Read(ReadOnlyMemory<byte> bytes) =>
        bytes.Length == Marshal.SizeOf<LibSystem.audit_token_t>()
            ? new AuditToken(MemoryMarshal.Read<LibSystem.audit_token_t>(bytes.Span))
            : null;

    /// <summary>The bytes, for those who hand the token on.</summary>
    public byte[] ToBytes() => MemoryMarshal.AsBytes(new ReadOnlySpan<LibSystem.audit_token_t>(in _token)).ToArray();

    /// <summary>The path of the executable, for as long as the process runs this very image; null afterwards.</summary>
    public string? FindExecutable() => LibSystem.ProcPidPath(_token);
}
