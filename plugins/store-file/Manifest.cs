using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreFile;

// The lowest priority of the stores: it serves where no keychain of the desktop can (no display, WSL). The daemon, not
// this plugin, makes sure that a desktop never slips to it unasked.
[assembly: KeychainAuthPlugin(PluginKind.Store, "store-file", typeof(FileStorePlugin),
    Contract = ContractVersion.Major, ContractMinor = ContractVersion.Minor, OperatingSystems = "linux", Requires = "!desktop", Priority = 10)]
[assembly: SupportedOSPlatform("linux")]
