using System.Net.Sockets;
using KeychainAuth.Plugin;
using static Interop;

namespace KeychainAuth.Plugins.TransportUds.MacOS;

/// <summary>A listening socket that launchd holds for this job (launchd.plist(5), Sockets; launch(3)).</summary>
internal static class LaunchdActivation
{
    /// <summary>The key below Sockets in the property list.</summary>
    private const string Name = "Listener";

    internal static PassedSocket? Take()
    {
        int error = LibSystem.LaunchActivateSocket(Name, out int[] descriptors);
        if (error == Errno.ESRCH || error == Errno.ENOENT || error == Errno.EALREADY)
        {
            // Not started by launchd, started without a socket, or taken already.
            return null;
        }

        SafeSocketHandle[] sockets = [.. descriptors.Select(descriptor => new SafeSocketHandle(descriptor, ownsHandle: true))];
        if (error == 0 && sockets.Length == 1)
        {
            return new PassedSocket(
                sockets[0],
                "launchd",
                $"The socket '{Name}' that launchd passed",
                KindAdvice: "give it SockPathName and SockType stream in the property list",
                PathAdvice: "make SockPathName in the property list agree with what clients use",
                ModeAdvice: mode => $"set SockPathMode to {(int)mode} ({Convert.ToString((int)mode, 8).PadLeft(4, '0')}) in the property list");
        }

        Array.ForEach(sockets, socket => socket.Dispose());
        throw new TransportException(
            TransportError.Failed,
            error == 0
                ? $"launchd passed {sockets.Length} sockets under '{Name}'; the property list has to define one."
                : $"launchd does not hand over the socket '{Name}': {Describe(error)}.",
            error == 0 ? null : error);
    }
}
