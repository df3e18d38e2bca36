using System.Runtime.InteropServices;
using System.Text;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFRange, CFBase.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        private struct CFRange
        {
            internal nint location;
            internal nint length;
        }

        /// <summary>CFStringGetBytes, CFString.h, as UTF-8.</summary>
        /// <param name="text">A CFString that is held by somebody.</param>
        /// <returns>The text; null where it is no CFString or has a lone surrogate.</returns>
        internal static unsafe string? ReadString(nint text)
        {
            if (text == 0 || CFGetTypeID(text) != CFStringGetTypeID())
            {
                return null;
            }

            var all = new CFRange { location = 0, length = CFStringGetLength(text) };
            nint needed = 0;
            if (CFStringGetBytes(text, all, kCFStringEncodingUTF8, 0, 0, null, 0, &needed) != all.length)
            {
                return null;
            }

            byte[] utf8 = new byte[needed];
            fixed (byte* bytes = utf8)
            {
                return CFStringGetBytes(text, all, kCFStringEncodingUTF8, 0, 0, bytes, needed, &needed) == all.length
                    ? Encoding.UTF8.GetString(utf8)
                    : null;
            }
        }

        [LibraryImport(Libraries.CoreFoundation)]
        private static unsafe partial nint CFStringGetBytes(
            nint theString, CFRange range, uint encoding, byte lossByte, byte isExternalRepresentation, byte* buffer, nint maxBufLen, nint* usedBufLen);
    }
}
