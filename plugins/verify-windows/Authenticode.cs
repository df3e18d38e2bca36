using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Security.Principal;
using static Interop.Wintrust;

namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>
/// Who signed a program's file. Evidence beside its hash, never in the hash's place. Signatures in catalogues
/// of the system are not looked for, nothing is fetched from the network, and so nothing is known of revocations.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class Authenticode
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    private static readonly nint NoWindow = -1;

    /// <param name="path">The file.</param>
    /// <param name="expected">Which file it must be; null for whichever lies there.</param>
    internal static SigningEvidence Examine(string path, FileKey? expected)
    {
        // Stores and their roots would be those of whoever is impersonated.
        if (WindowsIdentity.GetCurrent(ifImpersonating: true) is { } foreign)
        {
            foreign.Dispose();
            return new SigningEvidence(null, "not examined while acting for another user", null);
        }

        using ImageFile? file = ImageFile.Open(path, out string? fault);
        if (file is null)
        {
            return new SigningEvidence(null, $"not examined ({fault!.TrimEnd('.')})", null);
        }

        return expected is null || file.Facts.Key == expected ? Examine(file) : new SigningEvidence(null, "not examined, because the file is another one now", null);
    }

    private static unsafe SigningEvidence Examine(ImageFile file)
    {
        fixed (char* path = file.Facts.Path)
        {
            var info = new WINTRUST_FILE_INFO { cbStruct = (uint)sizeof(WINTRUST_FILE_INFO), pcwszFilePath = path, hFile = file.Handle.DangerousGetHandle() };
            var data = new WINTRUST_DATA
            {
                cbStruct = (uint)sizeof(WINTRUST_DATA),
                dwUIChoice = WTD_UI_NONE,
                fdwRevocationChecks = WTD_REVOKE_NONE,
                dwUnionChoice = WTD_CHOICE_FILE,
                pFile = &info,
                dwStateAction = WTD_STATEACTION_VERIFY,
                dwProvFlags = WTD_CACHE_ONLY_URL_RETRIEVAL,
            };
            int trust = WinVerifyTrust(NoWindow, GenericVerify, &data);
            try
            {
                return Judge(trust, data.hWVTStateData);
            }
            finally
            {
                data.dwStateAction = WTD_STATEACTION_CLOSE;
                _ = WinVerifyTrust(NoWindow, GenericVerify, &data);
            }
        }
    }

    private static unsafe SigningEvidence Judge(int trust, nint state)
    {
        nint provider = state == 0 ? 0 : WTHelperProvDataFromStateData(state);
        CRYPT_PROVIDER_SGNR* signer = provider == 0 ? null : WTHelperGetProvSignerFromChain(provider, 0, fCounterSigner: false, 0);
        CRYPT_PROVIDER_CERT* own = signer == null ? null : WTHelperGetProvCertFromChain(signer, 0);
        if (own == null || own->pCert == 0)
        {
            return SigningRules.Judge(trust, isTrustedByMachine: false, subject: null, publicKey: null);
        }

        try
        {
            using var publisher = new X509Certificate2(own->pCert);
            return SigningRules.Judge(trust, IsTrustedByMachine(publisher, signer), publisher.Subject, publisher.PublicKey.ExportSubjectPublicKeyInfo());
        }
        catch (CryptographicException)
        {
            return SigningRules.Judge(trust, isTrustedByMachine: false, subject: null, publicKey: null);
        }
    }

    // The machine's context (HCCE_LOCAL_MACHINE): the user's own root store, which programs of the user can fill, does
    // not count. A certificate that has run out still names its key.
    private static unsafe bool IsTrustedByMachine(X509Certificate2 publisher, CRYPT_PROVIDER_SGNR* signer)
    {
        using var chain = new X509Chain(useMachineContext: true);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(CodeSigning));
        for (uint i = 1; i < signer->csCertChain; i++)
        {
            CRYPT_PROVIDER_CERT* other = WTHelperGetProvCertFromChain(signer, i);
            if (other != null && other->pCert != 0)
            {
                chain.ChainPolicy.ExtraStore.Add(new X509Certificate2(other->pCert));
            }
        }

        try
        {
            return chain.Build(publisher);
        }
        finally
        {
            foreach (X509Certificate2 certificate in chain.ChainPolicy.ExtraStore)
            {
                certificate.Dispose();
            }
        }
    }
}
