using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        /// <summary>SecStaticCodeCheckValidityWithErrors, SecStaticCode.h: whether code on disk is what was signed.</summary>
        /// <param name="staticCode">Code on disk.</param>
        /// <param name="flags">SecCSFlags.</param>
        /// <param name="requirement">A SecRequirement; null demands nothing more.</param>
        /// <param name="errors">A CFError that says more about a failure; invalid where there is none.</param>
        /// <returns>An OSStatus of CSCommon.h.</returns>
        internal static int SecStaticCodeCheckValidity(SafeCFHandle staticCode, uint flags, SafeCFHandle? requirement, out SafeCFHandle errors) => requirement is null
            ? SecStaticCodeCheckValidityWithErrors(staticCode, flags, 0, out errors)
            : SecStaticCodeCheckValidityWithErrors(staticCode, flags, requirement, out errors);

        [LibraryImport(Libraries.Security)]
        private static partial int SecStaticCodeCheckValidityWithErrors(SafeCFHandle staticCode, uint flags, SafeCFHandle requirement, out SafeCFHandle errors);

        [LibraryImport(Libraries.Security)]
        private static partial int SecStaticCodeCheckValidityWithErrors(SafeCFHandle staticCode, uint flags, nint requirement, out SafeCFHandle errors);
    }
}
