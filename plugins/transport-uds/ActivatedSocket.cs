using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// A listening socket that the service manager holds for this process. It is held to the same rules as a socket of our
/// own, but its file is the manager's.
/// </summary>
internal static class ActivatedSocket
{
    /// <summary>Takes the passed socket, once, or answers null when none was passed to this process.</summary>
    /// <exception cref="TransportException">Something was passed that must not be used.</exception>
    internal static BoundSocket? TakeIfPassed(ISocketSystem system, string requested, SocketAccess access, TimeProvider time, IPluginLog log)
    {
        // One daemon has one socket, wherever the manager put it; the system daemon has two, told apart by their paths.
        if (system.TakePassed(access == SocketAccess.Everybody ? requested : null) is not { } passed)
        {
            return null;
        }

        try
        {
            string address = CheckKind(system, passed);
            CheckFile(passed, address, access);
            if (address != requested)
            {
                log.Write(PluginLogLevel.Warning, $"Listening on {address}, which {passed.Manager} passed, and not on {requested}; {passed.PathAdvice}.");
            }

            if (system.Adopt(passed.Handle, log) < 0)
            {
                throw Unusable(TransportError.Failed, $"{passed.Name} cannot be prepared: {Describe(Marshal.GetLastPInvokeError())}.");
            }

            return new BoundSocket(passed.Handle, address, file: null, time, log);
        }
        catch
        {
            passed.Handle.Dispose();
            throw;
        }
    }

    private static string CheckKind(ISocketSystem system, PassedSocket passed)
    {
        if (!system.IsListener(passed.Handle))
        {
            throw Unusable(TransportError.InvalidAddress, $"{passed.Name} is not a listening Unix stream socket; {passed.KindAdvice}.");
        }

        if (system.PathOf(passed.Handle) is not { } address)
        {
            throw Unusable(TransportError.UnsafeAddress, $"{passed.Name} has no path, so no file mode protects it; {passed.KindAdvice}.");
        }

        SocketPath.Validate(address, system.MaximumPathBytes);
        return address;
    }

    private static void CheckFile(PassedSocket passed, string address, SocketAccess access)
    {
        SocketDirectory.Check(SocketPath.DirectoryOf(address), access);
        if (Libc.StatX(address, followLink: false, out Libc.statx_buffer file) < 0)
        {
            throw Unusable(TransportError.UnsafeAddress, $"The file of the socket that {passed.Manager} passed, {address}, cannot be looked at: {Describe(Marshal.GetLastPInvokeError())}.");
        }

        if (file.FileType != Libc.S_IFSOCK || !access.MayOwn(file.stx_uid) || access.IsTooOpenForSocket(file.Permissions))
        {
            string mode = Convert.ToString((int)access.SocketMode, 8).PadLeft(4, '0');
            throw Unusable(TransportError.UnsafeAddress, $"{address}, which {passed.Manager} passed, is not a socket of the daemon's user with mode {mode}; {passed.ModeAdvice(access.SocketMode)}.");
        }
    }

    private static TransportException Unusable(TransportError error, string message) => new(error, message);
}
