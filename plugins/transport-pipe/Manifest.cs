using KeychainAuth.Plugin;
using KeychainAuth.Plugins.TransportPipe;

[assembly: KeychainAuthPlugin(
    PluginKind.Transport,
    "transport-pipe",
    typeof(PipeTransportPlugin),
    Contract = ContractVersion.Major,
    ContractMinor = ContractVersion.Minor,
    OperatingSystems = "windows",
    Priority = 100)]
