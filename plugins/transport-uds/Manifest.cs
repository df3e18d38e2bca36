using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.TransportUds;

[assembly: KeychainAuthPlugin(
    PluginKind.Transport,
    "transport-uds",
    typeof(UdsTransportPlugin),
    Contract = 1,
    ContractMinor = 0,
    OperatingSystems = "linux,macos",
    Priority = 100)]
[assembly: SupportedOSPlatform("linux")]
[assembly: SupportedOSPlatform("macos")]
