namespace KeychainAuth.Plugins.TransportUds;

/// <summary>Who may reach a socket, and what its directory must therefore look like.</summary>
/// <param name="SocketMode">The mode of the socket's file.</param>
/// <param name="DirectoryMode">The mode of a directory that is created for it; more than that is refused.</param>
/// <param name="MayBeRoots">Whether root may own directory and file: service managers create them as root.</param>
internal sealed record SocketAccess(UnixFileMode SocketMode, UnixFileMode DirectoryMode, bool MayBeRoots)
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnly = OwnerReadWrite | UnixFileMode.UserExecute;

    /// <summary>User mode: the directory keeps everybody else out.</summary>
    internal static SocketAccess OwnerAlone { get; } = new(OwnerReadWrite, OwnerOnly, MayBeRoots: false);

    /// <summary>System mode: every user may connect, and nobody may put another socket there.</summary>
    internal static SocketAccess Everybody { get; } = new(
        OwnerReadWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite,
        OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
        MayBeRoots: true);

    internal bool MayOwn(uint user) => user == Interop.Libc.GetEUid() || (MayBeRoots && user == 0);

    internal bool IsTooOpenForDirectory(int permissions) => (permissions & 0x3F & ~(int)DirectoryMode) != 0;

    internal bool IsTooOpenForSocket(int permissions) => (permissions & ~(int)SocketMode) != 0;
}
