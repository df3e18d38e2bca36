using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyMacOS;

[assembly: SupportedOSPlatform("macos")]
[assembly: KeychainAuthPlugin(PluginKind.Verifier, "verify-macos", typeof(MacVerifierFactory),
    Contract = 1, ContractMinor = 0, OperatingSystems = "macos", Priority = 100)]
