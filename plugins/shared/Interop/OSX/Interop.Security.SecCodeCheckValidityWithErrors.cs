using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Security
    {
        /// <summary>
        /// SecCodeCheckValidityWithErrors, SecCode.h: whether running code is valid, is what its file says and meets a requirement.
        /// </summary>
        /// <param name="code">Running code.</param>
        /// <param name="flags">SecCSFlags.</param>
        /// <param name="requirement">A SecRequirement; null demands nothing more.</param>
        /// <param name="errors">A CFError that says more about a failure; invalid where there is none.</param>
        /// <returns>An OSStatus of CSCommon.h.</returns>
        internal static int SecCodeCheckValidity(SafeCFHandle code, uint flags, SafeCFHandle? requirement, out SafeCFHandle errors) => requirement is null
            ? SecCodeCheckValidityWithErrors(code, flags, 0, out errors)
            : SecCodeCheckValidityWithErrors(code, flags, requirement, out errors);

        [LibraryImport(Libraries.Security)]
        private static partial int SecCodeCheckValidityWithErrors(SafeCFHandle code, uint flags, SafeCFHandle requirement, out SafeCFHandle errors);

        [LibraryImport(Libraries.Security)]
        private static partial int SecCodeCheckValidityWithErrors(SafeCFHandle code, uint flags, nint requirement, out SafeCFHandle errors);
    }
}
