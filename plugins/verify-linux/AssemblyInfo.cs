using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux;

[assembly: SupportedOSPlatform("linux")]
[assembly: KeychainAuthPlugin(PluginKind.Verifier, "verify-linux", typeof(LinuxVerifierFactory),
    Contract = 1, ContractMinor = 0, OperatingSystems = "linux", Priority = 100)]
