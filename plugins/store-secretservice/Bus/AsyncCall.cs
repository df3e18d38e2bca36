using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static Interop.Gio;
using static Interop.GObject;

namespace KeychainAuth.Plugins.StoreSecretService.Bus;

/// <summary>
/// An asynchronous call of GLib as a task. Begun and completed on the GLib thread. A call that is cancelled ends at once,
/// whatever becomes of the native one.
/// </summary>
internal abstract class AsyncCall
{
    /// <summary>Begins a native call that takes a cancellable, a callback and its data.</summary>
    internal delegate void Beginning(SafeObjectHandle cancellable, nint callback, nint data);

    private static unsafe nint Callback => (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, void>)&OnReady;

    /// <param name="begin">Begins the call.</param>
    /// <param name="finish">Takes the result out, given the source object and the result; may throw.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal static async Task<T> RunAsync<T>(Beginning begin, Func<nint, nint, T> finish, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using SafeObjectHandle cancellable = CancellableNew();
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => CancellableCancel((SafeObjectHandle)state!), cancellable);
        var call = new Call<T>(finish);
        begin(cancellable, Callback, GCHandle.ToIntPtr(GCHandle.Alloc(call)));
        try
        {
            return await call.Result.WaitAsync(cancellationToken);
        }
        catch (BusException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    private protected abstract void Complete(nint source, nint result);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnReady(nint source, nint result, nint data)
    {
        GCHandle handle = GCHandle.FromIntPtr(data);
        var call = (AsyncCall)handle.Target!;
        handle.Free();
        call.Complete(source, result);
    }

    private sealed class Call<T>(Func<nint, nint, T> finish) : AsyncCall
    {
        private readonly TaskCompletionSource<T> _result = new();

        internal Task<T> Result => _result.Task;

        // Nothing may be thrown into native code.
        private protected override void Complete(nint source, nint result)
        {
            try
            {
                _result.SetResult(finish(source, result));
            }
            catch (Exception e)
            {
                _result.SetException(e);
            }
        }
    }
}
