using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService;

// First choice wherever a person's desktop is: a display, and not WSL. Elsewhere nobody could answer a prompt.
[assembly: KeychainAuthPlugin(PluginKind.Store, "store-secretservice", typeof(SecretServicePlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, OperatingSystems = "linux", Requires = "desktop", Priority = 100)]
[assembly: SupportedOSPlatform("linux")]
