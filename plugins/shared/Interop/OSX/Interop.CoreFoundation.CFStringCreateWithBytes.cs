using System.Runtime.InteropServices;
using System.Text;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        private const uint kCFStringEncodingUTF8 = 0x08000100;

        private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        /// <summary>CFStringCreateWithBytes, CFString.h, from UTF-8. Nothing is normalised.</summary>
        /// <exception cref="CoreFoundationException">It could not be created.</exception>
        /// <exception cref="EncoderFallbackException">The text has a lone surrogate.</exception>
        internal static unsafe SafeCFHandle CreateString(string text)
        {
            byte[] utf8 = StrictUtf8.GetBytes(text);
            fixed (byte* bytes = utf8)
            {
                return CFStringCreateWithBytes(0, bytes, utf8.Length, kCFStringEncodingUTF8, 0).OrThrow("string");
            }
        }

        [LibraryImport(Libraries.CoreFoundation)]
        private static unsafe partial SafeCFHandle CFStringCreateWithBytes(
            nint alloc, byte* bytes, nint numBytes, uint encoding, byte isExternalRepresentation);
    }
}
