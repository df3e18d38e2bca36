// SecItem.h: names of attributes. Each is a CFString of the framework, looked up by name at first use.

internal static partial class Interop
{
    internal static partial class Security
    {
        internal static class Item
        {
            internal static readonly nint Class = Constant("kSecClass");
            internal static readonly nint ClassGenericPassword = Constant("kSecClassGenericPassword");
            internal static readonly nint AttrService = Constant("kSecAttrService");
            internal static readonly nint AttrAccount = Constant("kSecAttrAccount");
            internal static readonly nint AttrLabel = Constant("kSecAttrLabel");
            internal static readonly nint AttrGeneric = Constant("kSecAttrGeneric");
            internal static readonly nint AttrAccessGroup = Constant("kSecAttrAccessGroup");
            internal static readonly nint AttrAccessible = Constant("kSecAttrAccessible");
            internal static readonly nint AttrAccessibleWhenUnlockedThisDeviceOnly = Constant("kSecAttrAccessibleWhenUnlockedThisDeviceOnly");
            internal static readonly nint ValueData = Constant("kSecValueData");
            internal static readonly nint ReturnData = Constant("kSecReturnData");
            internal static readonly nint ReturnAttributes = Constant("kSecReturnAttributes");
            internal static readonly nint MatchLimit = Constant("kSecMatchLimit");
            internal static readonly nint MatchLimitOne = Constant("kSecMatchLimitOne");
            internal static readonly nint MatchLimitAll = Constant("kSecMatchLimitAll");
            internal static readonly nint UseDataProtectionKeychain = Constant("kSecUseDataProtectionKeychain");
            internal static readonly nint UseAuthenticationUI = Constant("kSecUseAuthenticationUI");
            internal static readonly nint UseAuthenticationUIFail = Constant("kSecUseAuthenticationUIFail");
        }
    }
}
