namespace KeychainAuth.Plugins.VerifyMacOS.Code;

/// <summary>What a signature says about how code is to be run: SecCodeSignatureFlags, CSCommon.h.</summary>
[Flags]
internal enum CodeFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>Signed without an identity: the signature only seals the content.</summary>
    AdHoc = 0x2,

    /// <summary>Pages that do not match are refused.</summary>
    Hard = 0x100,

    /// <summary>The process ends when a page does not match.</summary>
    Kill = 0x200,

    /// <summary>Restricted: dyld ignores its environment variables.</summary>
    Restrict = 0x800,

    /// <summary>Only libraries of the same team or of Apple are loaded.</summary>
    LibraryValidation = 0x2000,

    /// <summary>The hardened runtime.</summary>
    Runtime = 0x10000,

    /// <summary>Signed ad hoc by the linker.</summary>
    LinkerSigned = 0x20000,
}
