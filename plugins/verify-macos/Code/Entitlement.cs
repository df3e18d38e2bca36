namespace KeychainAuth.Plugins.VerifyMacOS.Code;

/// <summary>Entitlements that weaken what the hardened runtime protects (developer.apple.com, Hardened Runtime).</summary>
internal static class Entitlement
{
    internal const string GetTaskAllow = "com.apple.security.get-task-allow";
    internal const string AllowDyldEnvironment = "com.apple.security.cs.allow-dyld-environment-variables";
    internal const string DisableLibraryValidation = "com.apple.security.cs.disable-library-validation";
    internal const string DisablePageProtection = "com.apple.security.cs.disable-executable-page-protection";
    internal const string AllowUnsignedMemory = "com.apple.security.cs.allow-unsigned-executable-memory";
    internal const string AllowJit = "com.apple.security.cs.allow-jit";

    /// <summary>All that are looked for.</summary>
    internal static IReadOnlyList<string> All { get; } =
        [GetTaskAllow, AllowDyldEnvironment, DisableLibraryValidation, DisablePageProtection, AllowUnsignedMemory, AllowJit];
}
