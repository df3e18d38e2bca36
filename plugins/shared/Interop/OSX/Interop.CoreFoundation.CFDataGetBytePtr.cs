using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class CoreFoundation
    {
        /// <summary>CFDataGetBytePtr and CFDataGetLength, CFData.h.</summary>
        /// <param name="data">A CFData that somebody holds for as long as the bytes are used.</param>
        /// <param name="content">The bytes in place.</param>
        /// <returns>False where it is no CFData.</returns>
        internal static unsafe bool TryGetBytes(nint data, out Span<byte> content)
        {
            if (data == 0 || CFGetTypeID(data) != CFDataGetTypeID())
            {
                content = [];
                return false;
            }

            content = new Span<byte>(CFDataGetBytePtr(data), checked((int)CFDataGetLength(data)));
            return true;
        }

        [LibraryImport(Libraries.CoreFoundation)]
        private static unsafe partial byte* CFDataGetBytePtr(nint theData);
    }
}
