using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        private const nint kCFNumberSInt64Type = 4;

        /// <summary>CFNumberGetValue, CFNumber.h.</summary>
        /// <returns>The number; null where it is no CFNumber, or none that fits.</returns>
        internal static unsafe long? ReadNumber(nint number)
        {
            if (number == 0 || CFGetTypeID(number) != CFNumberGetTypeID())
            {
                return null;
            }

            long value;
            return CFNumberGetValue(number, kCFNumberSInt64Type, &value) != 0 ? value : null;
        }

        [LibraryImport(Libraries.CoreFoundation)]
        private static unsafe partial byte CFNumberGetValue(nint number, nint theType, void* valuePtr);
    }
}
