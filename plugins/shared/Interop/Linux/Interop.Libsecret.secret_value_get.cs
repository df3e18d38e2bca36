using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret/secret-value.h: the bytes; they live as long as the value.</summary>
        [LibraryImport(Library, EntryPoint = "secret_value_get")]
        internal static unsafe partial byte* ValueGet(SafeSecretValueHandle value, out nuint length);
    }
}
