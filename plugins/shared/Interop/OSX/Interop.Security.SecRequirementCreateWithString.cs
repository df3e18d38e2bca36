using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        /// <summary>SecRequirementCreateWithString, SecRequirement.h: compiles the requirement language.</summary>
        /// <returns>An OSStatus of CSCommon.h.</returns>
        internal static int SecRequirementCreateWithString(SafeCFHandle text, out SafeCFHandle requirement) =>
            SecRequirementCreateWithString(text, kSecCSDefaultFlags, out requirement);

        [LibraryImport(Libraries.Security)]
        private static partial int SecRequirementCreateWithString(SafeCFHandle text, uint flags, out SafeCFHandle requirement);
    }
}
