// SecCode.h: keys. Each is a CFString of the framework, looked up by name at first use.

internal static partial class Interop
{
    internal static partial class Security
    {
        internal static class Code
        {
            internal static readonly nint GuestAttributeAudit = Constant("kSecGuestAttributeAudit");
            internal static readonly nint InfoIdentifier = Constant("kSecCodeInfoIdentifier");
            internal static readonly nint InfoTeamIdentifier = Constant("kSecCodeInfoTeamIdentifier");
            internal static readonly nint InfoUnique = Constant("kSecCodeInfoUnique");
            internal static readonly nint InfoFlags = Constant("kSecCodeInfoFlags");
            internal static readonly nint InfoStatus = Constant("kSecCodeInfoStatus");
            internal static readonly nint InfoEntitlementsDict = Constant("kSecCodeInfoEntitlementsDict");
        }

        /// <summary>CSCommon.h, SecCSFlags.</summary>
        internal const uint kSecCSDefaultFlags = 0;
        internal const uint kSecCSSigningInformation = 1 << 1;
        internal const uint kSecCSRequirementInformation = 1 << 2;
        internal const uint kSecCSDynamicInformation = 1 << 3;
    }
}
