using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreCredman;

[assembly: KeychainAuthPlugin(
    PluginKind.Store,
    "store-credman",
    typeof(CredmanStorePlugin),
    Contract = ContractVersion.Major,
    ContractMinor = ContractVersion.Minor,
    OperatingSystems = "windows",
    Priority = 100)]
