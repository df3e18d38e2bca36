using KeychainAuth.Plugins.VerifyMacOS.Processes;
using static Interop;

namespace KeychainAuth.Plugins.VerifyMacOS.Code;

/// <summary>
/// Code as the Code Signing Services know it: running, or lying on disk. Its methods answer with an OSStatus of
/// CSCommon.h. Calls are made one at a time.
/// </summary>
internal sealed class SecurityCode : IDisposable
{
    private const uint InformationFlags =
        Security.kSecCSSigningInformation | Security.kSecCSRequirementInformation | Security.kSecCSDynamicInformation;

    private readonly Lock _gate = new();
    private readonly SafeCFHandle _code;
    private readonly bool _isRunning;

    private SecurityCode(SafeCFHandle code, bool isRunning)
    {
        _code = code;
        _isRunning = isRunning;
    }

    /// <summary>The code that a process runs, for as long as it is the image that the token names.</summary>
    public static int OfProcess(AuditToken token, out SecurityCode? code)
    {
        using SafeCFHandle data = CoreFoundation.CreateData(token.ToBytes());
        using SafeCFHandle attributes = CoreFoundation.CreateDictionary();
        CoreFoundation.CFDictionarySetValue(attributes, Security.Code.GuestAttributeAudit, data);
        return Take(Security.SecCodeCopyGuestWithAttributes(attributes, out SafeCFHandle guest), guest, isRunning: true, out code);
    }

    /// <summary>The code that lies at a path.</summary>
    public static int OfFile(string path, out SecurityCode? code)
    {
        using SafeCFHandle url = CoreFoundation.CreateFileUrl(path);
        return Take(Security.SecStaticCodeCreateWithPath(url, out SafeCFHandle file), file, isRunning: false, out code);
    }

    /// <summary>
    /// Whether the code is valid, and meets a requirement. Of running code this includes that the file it came from is
    /// valid and is what runs (SecCode.h, SecCodeCheckValidity).
    /// </summary>
    /// <param name="requirement">In the requirement language; null demands nothing more.</param>
    public int Check(string? requirement)
    {
        using SafeCFHandle? compiled = requirement is null ? null : Compile(requirement);
        if (compiled is { IsInvalid: true })
        {
            return CodeStatus.RequirementInvalid;
        }

        lock (_gate)
        {
            int status = _isRunning
                ? Security.SecCodeCheckValidity(_code, Security.kSecCSDefaultFlags, compiled, out SafeCFHandle errors)
                : Security.SecStaticCodeCheckValidity(_code, Security.kSecCSDefaultFlags, compiled, out errors);

            // The status says all that is needed; the object is released unread.
            errors.Dispose();
            return status;
        }
    }

    /// <summary>What the signature says. Ask <see cref="Check"/> whether it is true.</summary>
    public int Describe(out CodeFacts facts)
    {
        lock (_gate)
        {
            uint flags = _isRunning ? InformationFlags : InformationFlags & ~Security.kSecCSDynamicInformation;
            int status = Security.SecCodeCopySigningInformation(_code, flags, out SafeCFHandle information);
            using (information)
            {
                facts = status == CodeStatus.Success ? Read(information) : CodeFacts.Unsigned;
                return status;
            }
        }
    }

    public void Dispose() => _code.Dispose();

    private static int Take(int status, SafeCFHandle handle, bool isRunning, out SecurityCode? code)
    {
        if (status != CodeStatus.Success || handle.IsInvalid)
        {
            handle.Dispose();
            code = null;
            return status == CodeStatus.Success ? CodeStatus.NoSuchCode : status;
        }

        code = new SecurityCode(handle, isRunning);
        return CodeStatus.Success;
    }

    /// <returns>Invalid where the text is no requirement.</returns>
    private static SafeCFHandle Compile(string requirement)
    {
        using SafeCFHandle text = CoreFoundation.CreateString(requirement);
        if (Security.SecRequirementCreateWithString(text, out SafeCFHandle compiled) == CodeStatus.Success)
        {
            return compiled;
        }

        compiled.Dispose();
        return new SafeCFHandle();
    }

    private static CodeFacts Read(SafeCFHandle information)
    {
        nint dictionary = information.DangerousGetHandle(); // Held by the caller for the duration of this method.
        return new CodeFacts
        {
            Identifier = CoreFoundation.ReadString(Value(dictionary, Security.Code.InfoIdentifier)),
            TeamId = CoreFoundation.ReadString(Value(dictionary, Security.Code.InfoTeamIdentifier)),
            CdHash = CoreFoundation.TryGetBytes(Value(dictionary, Security.Code.InfoUnique), out Span<byte> unique)
                ? Convert.ToHexStringLower(unique)
                : null,
            Flags = (CodeFlags)(uint)(CoreFoundation.ReadNumber(Value(dictionary, Security.Code.InfoFlags)) ?? 0),
            State = (CodeState)(uint)(CoreFoundation.ReadNumber(Value(dictionary, Security.Code.InfoStatus)) ?? 0),
            Entitlements = ReadEntitlements(Value(dictionary, Security.Code.InfoEntitlementsDict)),
        };
    }

    private static List<string> ReadEntitlements(nint entitlements)
    {
        List<string> found = [];
        if (entitlements == 0 || CoreFoundation.CFGetTypeID(entitlements) != CoreFoundation.CFDictionaryGetTypeID())
        {
            return found;
        }

        foreach (string name in Entitlement.All)
        {
            using SafeCFHandle key = CoreFoundation.CreateString(name);
            if (CoreFoundation.IsTrue(Value(entitlements, key.DangerousGetHandle())))
            {
                found.Add(name);
            }
        }

        return found;
    }

    private static nint Value(nint dictionary, nint key) => CoreFoundation.CFDictionaryGetValue(dictionary, key);
}
