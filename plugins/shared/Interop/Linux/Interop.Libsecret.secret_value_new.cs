using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret/secret-value.h: copies bytes, NUL among them, into memory that is not paged out where the limits allow.</summary>
        [LibraryImport(Library, EntryPoint = "secret_value_new", StringMarshalling = StringMarshalling.Utf8)]
        internal static unsafe partial SafeSecretValueHandle ValueNew(byte* secret, nint length, string contentType);
    }
}
