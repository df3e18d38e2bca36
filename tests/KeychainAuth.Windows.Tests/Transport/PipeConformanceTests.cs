using System.IO.Pipes;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing.Conformance;
using KeychainAuth.Plugins.TransportPipe;
using KeychainAuth.Windows.Tests.Processes;

namespace KeychainAuth.Windows.Tests.Transport;

public sealed class PipeConformanceTests : TransportConformance
{
    protected override IReadOnlyList<string> MalformedAddresses =>
    [
        "",
        "keychain-auth",
        @"\\.\pipe\",
        @"\\.\pipe\a\b",
        @"\\.\pipe\a b",
        @"\\server\pipe\keychain-auth",
        @"C:\keychain-auth",
        @"\\.\pipe\" + new string('x', 300),
    ];

    protected override ITransport CreateTransport(IReadOnlyDictionary<string, string> settings) =>
        new PipeTransportPlugin().Create(PluginContextFor.Plugin("transport-pipe", settings));

    protected override string NewAddress() => PipeNames.Address(PipeNames.New());

    protected override async ValueTask<Stream> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var pipe = new NamedPipeClientStream(".", address[@"\\.\pipe\".Length..], PipeDirection.InOut, PipeOptions.Asynchronous);
        await pipe.ConnectAsync(cancellationToken);
        return pipe;
    }
}
