using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreKeychain;

[assembly: SupportedOSPlatform("macos")]
[assembly: KeychainAuthPlugin(PluginKind.Store, "store-keychain", typeof(KeychainStorePlugin),
    Contract = 1, ContractMinor = 0, OperatingSystems = "macos", Priority = 100)]
