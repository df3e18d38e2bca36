using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService.Bus;
using static Interop.Gio;
using static Interop.GLib;
using static Interop.GObject;
using static Interop.Libsecret;

namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>
/// libsecret's session with one provider: it negotiates the encryption, and turns values into what goes over the bus and
/// back. Between the two, a value is only in memory that is zeroed.
/// </summary>
internal sealed class SecretSession : IDisposable
{
    private const string Plain = "plain";

    // Of so many keys one at least begins with another byte than zero, but for one time in sixteen million.
    private const int MostKeys = 3;

    // A SecretService is a GDBusProxy that insists on GLib's process-wide connection, which it would open by GLib's own
    // search for a bus (dbus-launch at its end). This class derives from it and constructs the proxy on our connection.
    private const string TypeName = "KeychainAuthSecretService";

    // gio/gioenums.h: no properties, no signals, nobody started.
    private const uint ProxyFlags = 1 | 2 | 4;

    private static readonly Lazy<nuint> ServiceType = new(RegisterType);

    private readonly SafeObjectHandle _service;

    private SecretSession(SafeObjectHandle service)
    {
        _service = service;
        Path = Marshal.PtrToStringUTF8(ServiceGetSessionDBusPath(service))!;
        IsEncrypted = Marshal.PtrToStringUTF8(ServiceGetSessionAlgorithms(service)) != Plain;
    }

    /// <summary>The session's object path.</summary>
    internal string Path { get; }

    /// <summary>Whether values are encrypted on the bus.</summary>
    internal bool IsEncrypted { get; }

    /// <param name="bus">The connection, which must outlive the session.</param>
    /// <param name="owner">The provider's unique name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BusException">The provider opens no session.</exception>
    internal static async Task<SecretSession> OpenAsync(BusConnection bus, string owner, CancellationToken cancellationToken)
    {
        for (int keys = 1; ; keys++)
        {
            try
            {
                return await OpenOnceAsync(bus, owner, cancellationToken);
            }
            catch (BusException e) when (e.RemoteName == ErrorNames.InvalidArguments && keys < MostKeys)
            {
                // KWallet does not take a public key that begins with a zero byte, one in 256. The next one is another.
            }
        }
    }

    /// <summary>A value as (oayays); the caller disposes it.</summary>
    internal unsafe SafeVariantHandle Encode(ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
        {
            using SafeSecretValueHandle secret = ValueNew(bytes, value.Length, ContentType.Of(value));
            nint encoded = ServiceEncodeDBusSecret(_service, secret);
            if (IsEncrypted)
            {
                Zero(secret);
            }

            // In a plain session the message refers to these very bytes; libsecret zeroes them when it is freed.
            return encoded != 0 ? VariantRefSink(encoded) : throw new CryptographicException("libsecret could not encrypt a value.");
        }
    }

    /// <summary>The value in an (oayays), in a buffer that the caller disposes; null when it does not decrypt.</summary>
    internal unsafe SecretBuffer? Decode(SafeVariantHandle encoded)
    {
        using SafeSecretValueHandle secret = ServiceDecodeDBusSecret(_service, encoded);
        if (secret.IsInvalid)
        {
            return null;
        }

        try
        {
            byte* bytes = ValueGet(secret, out nuint length);
            return new SecretBuffer(new ReadOnlySpan<byte>(bytes, checked((int)length)));
        }
        finally
        {
            Zero(secret);
        }
    }

    public void Dispose() => _service.Dispose();

    private static async Task<SecretSession> OpenOnceAsync(BusConnection bus, string owner, CancellationToken cancellationToken)
    {
        SafeObjectHandle service = Create(bus, owner);
        try
        {
            await AsyncCall.RunAsync(
                (cancellable, callback, data) => AsyncInitableInitAsync(service, 0, cancellable, callback, data),
                static (source, result) =>
                {
                    int done = AsyncInitableInitFinish(source, result, out SafeErrorHandle error);
                    BusException.ThrowIfAny(error);
                    return done;
                },
                cancellationToken);
            await AsyncCall.RunAsync(
                (cancellable, callback, data) => ServiceEnsureSession(service, cancellable, callback, data),
                static (source, result) =>
                {
                    int done = ServiceEnsureSessionFinish(source, result, out SafeErrorHandle error);
                    BusException.ThrowIfAny(error);
                    return done;
                },
                cancellationToken);
            return new SecretSession(service);
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    // libsecret zeroes its own pool; beyond the limit for locked memory it falls back to ordinary memory, which it does not.
    private static unsafe void Zero(SafeSecretValueHandle secret)
    {
        byte* bytes = ValueGet(secret, out nuint length);
        CryptographicOperations.ZeroMemory(new Span<byte>(bytes, checked((int)length)));
    }

    private static unsafe SafeObjectHandle Create(BusConnection bus, string owner)
    {
        Span<GValue> values = stackalloc GValue[5];
        values.Clear();
        string[] names = ["g-connection", "g-name", "g-object-path", "g-interface-name", "g-flags"];
        var pointers = new nint[names.Length];
        fixed (GValue* first = values)
        fixed (nint* firstName = pointers)
        {
            try
            {
                for (int i = 0; i < names.Length; i++)
                {
                    pointers[i] = Marshal.StringToCoTaskMemUTF8(names[i]);
                }

                _ = ValueInit(first, G_TYPE_OBJECT);
                ValueSetObject(first, bus.Handle);
                for (int i = 1; i <= 3; i++)
                {
                    _ = ValueInit(first + i, G_TYPE_STRING);
                }

                ValueSetString(first + 1, owner);
                ValueSetString(first + 2, ServiceNames.Path);
                ValueSetString(first + 3, ServiceNames.Service);
                _ = ValueInit(first + 4, DBusProxyFlagsGetType());
                ValueSetFlags(first + 4, ProxyFlags);
                return ObjectNewWithProperties(ServiceType.Value, (uint)names.Length, firstName, first);
            }
            finally
            {
                for (int i = 0; i < names.Length; i++)
                {
                    ValueUnset(first + i);
                    Marshal.FreeCoTaskMem(pointers[i]);
                }
            }
        }
    }

    private static unsafe nuint RegisterType()
    {
        nuint parent = ServiceGetType();
        TypeQuery(parent, out GTypeQuery sizes);
        var initialiseClass = (nint)(delegate* unmanaged[Cdecl]<GObjectClass*, nint, void>)&InitialiseClass;
        nuint type = TypeRegisterStaticSimple(parent, TypeName, sizes.class_size, initialiseClass, sizes.instance_size, 0, 0);
        return type != 0 ? type : throw new InvalidOperationException($"The GLib type {TypeName} is taken.");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void InitialiseClass(GObjectClass* type, nint data) =>
        type->constructor = ((GObjectClass*)TypeClassRef(DBusProxyGetType()))->constructor;
}
