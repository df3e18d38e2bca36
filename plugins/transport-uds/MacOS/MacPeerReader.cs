using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds.MacOS;

/// <summary>
/// Asks the kernel who is at the other end. LOCAL_PEERCRED answers for the process that called connect(2), by user only.
/// LOCAL_PEERPID and LOCAL_PEERTOKEN name the process that used the peer's socket last, whoever that was, as it is now:
/// so they are read at accept and again after every read, and only a process that is still the same image is a sender.
/// Not guaranteed: that nobody else wrote before that process used the socket. See docs/plugins/transport-uds.md.
/// </summary>
internal sealed class MacPeerReader : IPeerReader
{
    public PeerCredentials? Read(SafeHandle socket, long? connectedAfter, out string? refusal)
    {
        if (LibSystem.GetSockOpt(socket, LibSystem.SOL_LOCAL, LibSystem.LOCAL_PEERCRED, out LibSystem.xucred creator) < 0
            || LibSystem.GetSockOpt(socket, LibSystem.SOL_LOCAL, LibSystem.LOCAL_PEERPID, out int process) < 0
            || LibSystem.GetSockOpt(socket, LibSystem.SOL_LOCAL, LibSystem.LOCAL_PEERTOKEN, out LibSystem.audit_token_t token) < 0)
        {
            // ENOTCONN: it has closed its end; EINVAL: its process is gone.
            refusal = $"The kernel does not name the peer of a connection: {Describe(Marshal.GetLastPInvokeError())}. It was dropped.";
            return null;
        }

        if (creator.cr_version != LibSystem.XUCRED_VERSION)
        {
            refusal = $"The kernel describes the peer of a connection in version {creator.cr_version} of its structure and not in {LibSystem.XUCRED_VERSION}. It was dropped.";
            return null;
        }

        int named = LibBsm.AuditTokenToPid(token);
        uint user = LibBsm.AuditTokenToEUid(token);
        if (process <= 0 || named != process || user != creator.cr_uid)
        {
            refusal = $"The kernel contradicts itself on the peer of a connection: process {process} of user {creator.cr_uid}, then process {named} of user {user}; the socket is used by more than one. It was dropped.";
            return null;
        }

        refusal = null;
        return new PeerCredentials
        {
            ProcessId = process,
            UserId = creator.cr_uid,
            GroupId = creator.cr_ngroups > 0 ? creator.cr_groups_0 : null,
            AuditToken = MemoryMarshal.AsBytes(new ReadOnlySpan<LibSystem.audit_token_t>(in token)).ToArray(),
            ConnectedAfter = connectedAfter,
        };
    }

    public int Receive(SafeHandle socket, PeerCredentials peer, Span<byte> buffer, out Sender sender)
    {
        int count;
        do
        {
            count = LibSystem.Recv(socket, buffer, LibSystem.MSG_DONTWAIT);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);

        sender = count > 0 ? ReadSender(socket, peer) : default;
        return count;
    }

    /// <summary>
    /// The last user of the peer's socket. A process with the number of the one that connected, but another image, is
    /// nobody: the bytes may be the work of either. So is a peer that has closed: nobody is left to be named.
    /// </summary>
    private static Sender ReadSender(SafeHandle socket, PeerCredentials peer)
    {
        if (LibSystem.GetSockOpt(socket, LibSystem.SOL_LOCAL, LibSystem.LOCAL_PEERPID, out int process) < 0
            || LibSystem.GetSockOpt(socket, LibSystem.SOL_LOCAL, LibSystem.LOCAL_PEERTOKEN, out LibSystem.audit_token_t token) < 0)
        {
            return default;
        }

        var atAccept = MemoryMarshal.Read<LibSystem.audit_token_t>(peer.AuditToken.Span);
        int named = LibBsm.AuditTokenToPid(token);
        bool isOtherImage = named == peer.ProcessId
            && LibBsm.AuditTokenToPidVersion(token) != LibBsm.AuditTokenToPidVersion(atAccept);
        return named != process || isOtherImage ? default : new Sender(named, LibBsm.AuditTokenToEUid(token));
    }
}
