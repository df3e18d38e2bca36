using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Interop.Gio;
using static Interop.GLib;

namespace KeychainAuth.Plugins.StoreSecretService.Bus;

/// <summary>Calls a handler, on the GLib thread, for each signal of one kind until it is disposed.</summary>
internal sealed class SignalSubscription : IDisposable
{
    private readonly BusConnection _bus;
    private readonly Action<SafeVariantHandle> _handler;
    private readonly uint _id;

    /// <param name="bus">The connection.</param>
    /// <param name="sender">Whose signals.</param>
    /// <param name="interfaceName">The signal's interface.</param>
    /// <param name="member">The signal's name.</param>
    /// <param name="path">Of which object.</param>
    /// <param name="firstArgument">Only signals whose first argument is this text; null means all.</param>
    /// <param name="handler">Gets the signal's arguments, which live as long as the call. Must not throw.</param>
    internal unsafe SignalSubscription(
        BusConnection bus, string sender, string interfaceName, string member, string path, string? firstArgument, Action<SafeVariantHandle> handler)
    {
        _bus = bus;
        _handler = handler;
        var onSignal = (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, nint, nint, nint, nint, void>)&OnSignal;
        var onFree = (nint)(delegate* unmanaged[Cdecl]<nint, void>)&OnFree;
        _id = DBusConnectionSignalSubscribe(
            bus.Handle, sender, interfaceName, member, path, firstArgument, 0, onSignal, GCHandle.ToIntPtr(GCHandle.Alloc(this)), onFree);
    }

    private bool IsDisposed { get; set; }

    public void Dispose()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            DBusConnectionSignalUnsubscribe(_bus.Handle, _id);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnSignal(nint connection, nint sender, nint path, nint interfaceName, nint signal, nint parameters, nint data)
    {
        // One that was on its way when the subscription ended may still come.
        var subscription = (SignalSubscription)GCHandle.FromIntPtr(data).Target!;
        if (!subscription.IsDisposed)
        {
            using SafeVariantHandle arguments = VariantRefSink(parameters);
            subscription._handler(arguments);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnFree(nint data) => GCHandle.FromIntPtr(data).Free();
}
