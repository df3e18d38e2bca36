using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyWindows;

[assembly: KeychainAuthPlugin(
    PluginKind.Verifier,
    "verify-windows",
    typeof(WindowsVerifierFactory),
    Contract = ContractVersion.Major,
    ContractMinor = ContractVersion.Minor,
    OperatingSystems = "windows",
    Priority = 100)]
