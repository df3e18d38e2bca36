using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Interop.Gio;
using static Interop.GLib;
using static Interop.GObject;

namespace KeychainAuth.Plugins.StoreSecretService.Bus;

/// <summary>
/// A private connection to the session bus. Used on the GLib thread only. Not the process-wide one of GLib, which would
/// end the daemon when the bus goes away.
/// </summary>
internal sealed class BusConnection : IDisposable
{
    internal const string Bus = "org.freedesktop.DBus";
    internal const string BusPath = "/org/freedesktop/DBus";

    // gio/gioenums.h.
    private const uint G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT = 1;
    private const uint G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION = 8;
    private const uint G_DBUS_CALL_FLAGS_NO_AUTO_START = 1;
    private const int NoTimeout = int.MaxValue;

    private readonly CancellationTokenSource _closed = new();
    private readonly GCHandle _self;
    private readonly nuint _closedHandler;

    private unsafe BusConnection(SafeObjectHandle handle)
    {
        Handle = handle;
        _self = GCHandle.Alloc(this);
        var onClosed = (nint)(delegate* unmanaged[Cdecl]<nint, int, nint, nint, void>)&OnClosed;
        _closedHandler = SignalConnectData(handle, "closed", onClosed, GCHandle.ToIntPtr(_self), 0, 0);
    }

    internal SafeObjectHandle Handle { get; }

    /// <summary>Cancelled when the bus has gone away.</summary>
    internal CancellationToken Closed => _closed.Token;

    internal bool IsClosed => _closed.IsCancellationRequested || DBusConnectionIsClosed(Handle) != 0;

    /// <exception cref="BusException">There is nobody, or somebody who refuses us.</exception>
    internal static async Task<BusConnection> OpenAsync(string address, CancellationToken cancellationToken) => new(await AsyncCall.RunAsync(
        (cancellable, callback, data) => DBusConnectionNewForAddress(
            address,
            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
            0,
            cancellable,
            callback,
            data),
        static (_, result) =>
        {
            SafeObjectHandle connection = DBusConnectionNewForAddressFinish(result, out SafeErrorHandle error);
            BusException.ThrowIfAny(error);
            return connection;
        },
        cancellationToken));

    /// <summary>Calls a method, and takes over and disposes its parameters. Starts nobody.</summary>
    /// <returns>The reply, which has the named type; the caller disposes it.</returns>
    /// <exception cref="BusException">The call failed.</exception>
    internal async Task<SafeVariantHandle> CallAsync(
        string destination, string path, string interfaceName, string method, SafeVariantHandle parameters, string replyType, CancellationToken cancellationToken)
    {
        using (parameters)
        {
            return await AsyncCall.RunAsync(
                (cancellable, callback, data) => DBusConnectionCall(
                    Handle, destination, path, interfaceName, method, parameters, replyType, G_DBUS_CALL_FLAGS_NO_AUTO_START, NoTimeout, cancellable, callback, data),
                static (connection, result) =>
                {
                    SafeVariantHandle reply = DBusConnectionCallFinish(connection, result, out SafeErrorHandle error);
                    BusException.ThrowIfAny(error);
                    return reply;
                },
                cancellationToken);
        }
    }

    public void Dispose()
    {
        SignalHandlerDisconnect(Handle, _closedHandler);
        _self.Free();
        DBusConnectionClose(Handle, 0, 0, 0);
        Handle.Dispose();
        _closed.Cancel();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnClosed(nint connection, int remotePeerVanished, nint error, nint data) =>
        ((BusConnection)GCHandle.FromIntPtr(data).Target!)._closed.Cancel();
}
