namespace KeychainAuth.Core.Launch;

/// <summary>
/// Variables of which it is known that they load code into a program, or open it to a debugger. The list is for telling
/// a person; what the daemon is started with is decided by <see cref="DaemonEnvironment"/>'s list of what is kept.
/// </summary>
internal static class CodeLoadingVariables
{
    private static readonly string[] Prefixes =
    [
        "LD_", "DYLD_", "GCONV_PATH", "GLIBC_TUNABLES", "OPENSSL_CONF", "OPENSSL_ENGINES", "OPENSSL_MODULES",
        "GIO_EXTRA_MODULES", "GIO_MODULE_DIR", "GSETTINGS_", "CLR_OPENSSL_VERSION_OVERRIDE", "CLR_ICU_VERSION_OVERRIDE",
        "DOTNET_STARTUP_HOOKS", "DOTNET_ADDITIONAL_DEPS", "DOTNET_SHARED_STORE", "DOTNET_DiagnosticPorts",
        "DOTNET_GCName", "DOTNET_GCPath", "CORECLR_", "COR_", "COMPLUS_",
    ];

    internal static bool Contains(string name) =>
        Array.Exists(Prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
