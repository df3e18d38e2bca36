using System.Net.Sockets;
using System.Runtime.InteropServices;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds;

/// <summary>
/// What is already at a socket's path. Only a socket that has just refused a connection is removed; called under the
/// <see cref="SocketLock"/>, which every daemon takes, so nobody starts to listen between the refusal and the removal.
/// </summary>
internal static class StaleSocket
{
    /// <exception cref="TransportException">Something is there that has to stay.</exception>
    internal static void RemoveIfDead(ISocketSystem system, string path, IPluginLog log)
    {
        if (Libc.StatX(path, followLink: false, out Libc.statx_buffer before) < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == Errno.ENOENT)
            {
                return;
            }

            throw new TransportException(TransportError.UnsafeAddress, $"{path} cannot be looked at: {Describe(error)}.", error);
        }

        if (before.FileType != Libc.S_IFSOCK)
        {
            throw new TransportException(
                TransportError.UnsafeAddress,
                $"{path} exists and is not a socket; it was left alone. Move it away or choose another place with --socket.");
        }

        Probe(system, path);

        // The same file still? A program that does not know our lock may have replaced it.
        if (Libc.StatX(path, followLink: false, out Libc.statx_buffer after) < 0 || !after.IsSameFileAs(before))
        {
            throw new TransportException(TransportError.AddressInUse, $"Another program is using {path}: it has just been replaced.");
        }

        File.Delete(path);
        log.Write(PluginLogLevel.Information, $"Removed the socket {path} of a daemon that is gone.");
    }

    /// <summary>Returns when nobody listens there.</summary>
    private static void Probe(ISocketSystem system, string path)
    {
        using SafeSocketHandle probe = system.CreateStream();
        if (probe.IsInvalid)
        {
            int failure = Marshal.GetLastPInvokeError();
            throw new TransportException(TransportError.Failed, $"No socket could be created: {Describe(failure)}.", failure);
        }

        int error = system.Connect(probe, path) == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error == Errno.ECONNREFUSED)
        {
            return;
        }

        string who = error == 0
            ? system.DescribeListener(probe) ?? "A process that the kernel does not name"
            : "A process whose queue is full";
        if (error == 0 || error == Errno.EAGAIN)
        {
            throw new TransportException(
                TransportError.AddressInUse,
                $"{who} is listening on {path} already; stop it first or choose another place with --socket.",
                error == 0 ? null : error);
        }

        throw error == Errno.EPROTOTYPE
            ? new TransportException(TransportError.AddressInUse, $"Another program has a socket of another kind at {path}; choose another place with --socket.", error)
            : new TransportException(TransportError.UnsafeAddress, $"Whether somebody listens on {path} cannot be told: {Describe(error)}; it was left alone.", error);
    }
}
