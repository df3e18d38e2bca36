namespace KeychainAuth.Plugins.VerifyMacOS.Code;

/// <summary>The answers of the Code Signing Services that are told apart here (CSCommon.h), and what they mean to a person.</summary>
internal static class CodeStatus
{
    internal const int Success = 0;
    internal const int NoSuchCode = -67065;
    internal const int GuestInvalid = -67063;
    internal const int Unsigned = -67062;
    internal const int SignatureFailed = -67061;
    internal const int SignatureNotVerifiable = -67060;
    internal const int SignatureUnsupported = -67059;
    internal const int ResourcesInvalid = -67055;
    internal const int BadResource = -67054;
    internal const int RequirementInvalid = -67052;
    internal const int RequirementFailed = -67050;
    internal const int BadObjectFormat = -67049;
    internal const int SignatureInvalid = -67045;
    internal const int InfoPlistFailed = -67030;
    internal const int StaticCodeChanged = -67034;
    internal const int RevokedNotarization = -66992;
    internal const int CertificateRevoked = -2147409652; // CSSMERR_TP_CERT_REVOKED, cssmerr.h

    /// <summary>What an answer means, as the end of a sentence.</summary>
    internal static string Describe(int status) => status switch
    {
        NoSuchCode => "the process is gone, or runs something else by now",
        GuestInvalid => "its code has become invalid: pages were changed while it ran",
        Unsigned => "its code is not signed",
        SignatureFailed => "its code was changed after it was signed",
        SignatureNotVerifiable => "its signature cannot be verified, because its file cannot be read",
        SignatureUnsupported => "its signature has a form that this system does not know",
        ResourcesInvalid or BadResource => "a file of its bundle was changed after it was signed",
        RequirementInvalid => "the requirement cannot be understood",
        RequirementFailed => "it does not meet the requirement",
        BadObjectFormat => "its file is not executable code",
        SignatureInvalid => "its signature is broken",
        InfoPlistFailed => "its Info.plist was changed after it was signed",
        StaticCodeChanged => "the file on disk is not what is running",
        RevokedNotarization => "Apple has revoked its notarization",
        CertificateRevoked => "the certificate of its signer was revoked",
        _ => "the system does not vouch for it",
    };
}
