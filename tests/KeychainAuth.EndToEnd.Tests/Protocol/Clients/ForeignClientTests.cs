using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Protocol.Corpus;
using KeychainAuth.Tests.Support;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Clients;

/// <summary>Clients nobody here wrote send every form of request and get the documented bytes.</summary>
[SupportedOSPlatform("linux")]
public sealed class ForeignClientTests(ForeignClientsDaemon fixture) : IClassFixture<ForeignClientsDaemon>
{
    private static readonly IReadOnlyList<Exchange> Kept = [.. StoredExchanges.All, .. TextExchanges.All, .. FormExchanges.All];

    public static TheoryData<string> Clients => [.. ForeignClient.All.Select(client => client.Name)];

    // nc decides itself how it cuts what it reads.
    public static TheoryData<string> ClientsThatCut => [.. ForeignClient.All.Select(client => client.Name).Where(name => name != "nc")];

    /// <summary>All of them pipelined on one connection; the last line has no line feed.</summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Request_PipelinedWithoutLastLineFeed_AnsweredInOrder(string name)
    {
        ForeignClient client = Client(name);
        string service = ForeignClientsDaemon.Service(client, "whole");
        AssertAnswers(service, await fixture.SendAsync(client, Lines(service)[..^1]));
    }

    [Theory]
    [MemberData(nameof(ClientsThatCut))]
    public async Task Request_OneByteAtATime_AnsweredTheSame(string name)
    {
        ForeignClient client = Client(name);
        string service = ForeignClientsDaemon.Service(client, "bytes");
        IEnumerable<Exchange> notHuge = Kept.Where(exchange => exchange.Request.Length < 4096);
        AssertAnswers(service, await fixture.SendAsync(client, Lines(service, notHuge), pieceSize: 1), notHuge);
    }

    /// <summary>Cut at places that have nothing to do with lines or characters.</summary>
    [Theory]
    [MemberData(nameof(ClientsThatCut))]
    public async Task Request_PiecesOf61Bytes_AnsweredTheSame(string name)
    {
        ForeignClient client = Client(name);
        string service = ForeignClientsDaemon.Service(client, "bytes");
        AssertAnswers(service, await fixture.SendAsync(client, Lines(service), pieceSize: 61));
    }

    [Fact]
    public async Task Request_EachAfterTheLastAnswer_AnsweredTheSame()
    {
        ForeignClient nc = Client("nc");
        string service = ForeignClientsDaemon.Service(nc, "lines");
        await using var client = new RelayClient(
            Command.Start(nc.Executable, nc.Arguments(fixture.Daemon.Socket, 1), fixture.Daemon.Environment), nc.Executable);
        foreach (Exchange exchange in Kept)
        {
            await client.SendAsync([.. exchange.RequestIn(service), (byte)'\n']);
            AssertAnswer(exchange, service, await client.ReadLineAsync());
        }

        client.FinishSending();
        Assert.Equal("", await client.ReadToEndAsync());
    }

    /// <summary>Before such a line requests are answered, after it no longer.</summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Request_ThatCannotBeUnderstood_AnsweredAndConnectionClosed(string name)
    {
        ForeignClient client = Client(name);
        string service = ForeignClientsDaemon.Service(client, "closing");
        string good = AskIn(service, "search", ",\"id\":1") + "\n";
        foreach (Exchange exchange in ClosingExchanges.All)
        {
            byte[] input = [.. good.Select(c => (byte)c), .. exchange.RequestIn(service), (byte)'\n', .. good.Select(c => (byte)c)];
            Assert.Equal(
                $"{exchange.Name}\n{{\"type\":\"RESPONSE\",\"status\":\"success\",\"id\":1}}\n{exchange.AnswerIn(service)}\n",
                $"{exchange.Name}\n{await fixture.SendAsync(client, input)}");
        }
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Request_NothingAtAll_ConnectionEndsWithoutAWord(string name) =>
        Assert.Equal("", await fixture.SendAsync(Client(name), ""));

    /// <summary>The limit counts the line without its end.</summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Request_OfOneMebibyte_ServedAndOneByteMoreRefused(string name)
    {
        const int Limit = 1024 * 1024;
        const string Template = ""","targets":["big"],"values":[""]""";
        ForeignClient client = Client(name);
        string service = ForeignClientsDaemon.Service(client, "limits");
        string value = new('x', Limit - AskIn(service, "write", Template).Length);
        string longest = AskIn(service, "write", Template.Replace("\"\"", $"\"{value}\"", StringComparison.Ordinal));
        Assert.Equal(Limit, longest.Length);
        string tooLong = AskIn(service, "write", Template.Replace("\"\"", $"\"{value}y\"", StringComparison.Ordinal));
        string read = AskIn(service, "read", ""","targets":["big"]""");
        string refused = Refused("error", "request_too_large", "A request line may have 1048576 bytes at most.");

        Assert.Equal($"{Success}\n{Success}\n{Success}\n", await fixture.SendAsync(client, $"{longest}\n{longest}\r\n{longest}"));
        Assert.Equal($"{Success}\n{refused}\n", await fixture.SendAsync(client, $"{longest}\n{tooLong}\n{read}\n"));
        Assert.Equal($"{refused}\n", await fixture.SendAsync(client, tooLong));

        // Refused while it still sends; one that cannot be sends no more than it takes.
        Assert.Equal($"{refused}\n", await fixture.SendAsync(client, new string(' ', client.ReadsAfterFailedWrite ? 3 * Limit : Limit + 1)));
        Assert.Equal($"{Item("big", value)}\n", await fixture.SendAsync(client, read));
    }

    private static ForeignClient Client(string name) => ForeignClient.All.Single(client => client.Name == name);

    private static byte[] Lines(string service, IEnumerable<Exchange>? exchanges = null) =>
        [.. (exchanges ?? Kept).SelectMany(exchange => (byte[])[.. exchange.RequestIn(service), (byte)'\n'])];

    private static void AssertAnswers(string service, string output, IEnumerable<Exchange>? exchanges = null)
    {
        string[] answers = output.Split('\n');
        Exchange[] expected = [.. exchanges ?? Kept];
        Assert.Equal(
            expected.Select(exchange => $"{exchange.Name}: {exchange.AnswerIn(service)}").Append(""),
            answers.Select((answer, index) => index < expected.Length ? $"{expected[index].Name}: {answer}" : answer));
    }

    private static void AssertAnswer(Exchange exchange, string service, string? answer) =>
        Assert.Equal($"{exchange.Name}: {exchange.AnswerIn(service)}", $"{exchange.Name}: {answer}");
}
