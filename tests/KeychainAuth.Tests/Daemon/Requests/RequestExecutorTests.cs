using System.Text;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Daemon.Stores;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Tests.Daemon.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeychainAuth.Tests.Daemon.Requests;

public sealed class RequestExecutorTests : IAsyncDisposable
{
    private const string Success = """{"type":"RESPONSE","status":"success"}""";

    private readonly FakeSecretStore _store = new();
    private readonly BinaryEntry _entry = new()
    {
        Path = "/opt/tool",
        AllowedReadServices = ["demo", "only-read"],
        AllowedWriteServices = ["demo"],
        CanSearch = true,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task Read_Exact_KeepsOrderAndDuplicatesAndSkipsWhatIsAbsent()
    {
        await WriteAsync("a", "1");
        await WriteAsync("b", "2");
        Assert.Equal(
            Results("""{"target":"b","value":"2"},{"target":"a","value":"1"},{"target":"b","value":"2"}"""),
            await AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["b","gone","a","b"]}"""));
    }

    [Fact]
    public async Task Read_NothingFound_IsASuccessWithoutResults() =>
        Assert.Equal(Success, await AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["gone"]}"""));

    [Fact]
    public async Task Read_EmptyValue_IsPresent()
    {
        await WriteAsync("a", "");
        Assert.Equal(Results("""{"target":"a","value":""}"""), await AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["a"]}"""));
    }

    [Fact]
    public async Task Read_Prefix_IsSortedOrdinally()
    {
        foreach (string target in (string[])["p:b", "p:B", "p:a", "q:a", "p:ä"])
        {
            await WriteAsync(target, "v");
        }

        Assert.Equal(
            Results("""{"target":"p:B","value":"v"},{"target":"p:a","value":"v"},{"target":"p:b","value":"v"},{"target":"p:ä","value":"v"}"""),
            await AskAsync("""{"type":"REQUEST","action":"read","service":"demo","match":"prefix","targets":["p:"]}"""));
    }

    [Fact]
    public async Task Search_Attributes_AllMustBeEqual()
    {
        await AskAsync("""{"type":"REQUEST","action":"write","service":"demo","targets":["a"],"values":["1"],"attributes":{"env":"prod","team":"x"}}""");
        await AskAsync("""{"type":"REQUEST","action":"write","service":"demo","targets":["b"],"values":["2"],"attributes":{"env":"prod"}}""");
        Assert.Equal(
            Results("""{"target":"a","attributes":{"env":"prod","team":"x"}}"""),
            await AskAsync("""{"type":"REQUEST","action":"search","service":"demo","attributes":{"env":"prod","team":"x"}}"""));
        Assert.Equal(Success, await AskAsync("""{"type":"REQUEST","action":"search","service":"demo","attributes":{"env":"dev"}}"""));
    }

    [Fact]
    public async Task Write_TargetTwice_TheLastValueCounts()
    {
        Assert.Equal(Success, await AskAsync("""{"type":"REQUEST","action":"write","service":"demo","targets":["a","b","a"],"values":["1","2","3"]}"""));
        Assert.Equal(
            Results("""{"target":"a","value":"3"},{"target":"b","value":"2"}"""),
            await AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["a","b"]}"""));
    }

    [Fact]
    public async Task Delete_AbsentToo_IsASuccess()
    {
        await WriteAsync("a", "1");
        Assert.Equal(Success, await AskAsync("""{"type":"REQUEST","action":"delete","service":"demo","targets":["a","gone"]}"""));
        Assert.Equal(Success, await AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["a"]}"""));
    }

    [Fact]
    public async Task Delete_PrefixWithoutMatch_DoesNotTouchTheStore()
    {
        string answer = await AskAsync("""{"type":"REQUEST","action":"delete","service":"demo","match":"prefix","targets":["none:"]}""");
        Assert.Equal((Success, 1), (answer, _store.Calls));
    }

    [Fact]
    public async Task Check_NoService_ListsWhatTheCallerMayDo() => Assert.Equal(
        Results("""{"target":"demo","attributes":{"read":"true","search":"true","write":"true"}},{"target":"only-read","attributes":{"read":"true","search":"true","write":"false"}}"""),
        await AskAsync("""{"type":"REQUEST","action":"check"}"""));

    [Fact]
    public async Task Check_OneService_ListsThatOne() => Assert.Equal(
        Results("""{"target":"only-read","attributes":{"read":"true","search":"true","write":"false"}}"""),
        await AskAsync("""{"type":"REQUEST","action":"check","service":"only-read"}"""));

    [Fact]
    public async Task Read_Id_IsEchoedAsItCame() => Assert.Equal(
        """{"type":"RESPONSE","status":"success","id":1e3}""",
        await AskAsync("""{"type":"REQUEST","action":"read","service":"demo","targets":["gone"],"id":1e3}"""));

    [Fact]
    public async Task Read_ValueThatIsNoText_IsRefusedByNameAndZeroed()
    {
        var secret = new Secret("k", new SecretBuffer([0xff, 0xfe]));
        Refusal refusal = await Assert.ThrowsAsync<Refusal>(() => AskAsync(Read("k"), new BrokenStore(_ => Task.FromResult<IReadOnlyList<Secret>>([secret]))));
        Assert.Equal("internal_error", refusal.Reason.Name);
        Assert.Contains("'k' is not text", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => secret.Value.Span.Length);
    }

    [Fact]
    public async Task Read_Answered_ZeroesWhatTheStoreGave()
    {
        var secret = new Secret("k", new SecretBuffer("v"u8));
        Assert.Equal(Results("""{"target":"k","value":"v"}"""), await AskAsync(Read("k"), new BrokenStore(_ => Task.FromResult<IReadOnlyList<Secret>>([secret]))));
        Assert.Throws<ObjectDisposedException>(() => secret.Value.Span.Length);
    }

    // A store plugin is not to be trusted with the answer's shape.
    [Fact]
    public async Task Read_StoreGivesMoreThanAsked_OnlyWhatWasAskedIsSent()
    {
        var store = new BrokenStore(_ => Task.FromResult<IReadOnlyList<Secret>>([Value("k", "v"), Value("other", "forbidden")]));
        Assert.Equal(Results("""{"target":"k","value":"v"}"""), await AskAsync(Read("k"), store));
    }

    [Fact]
    public async Task Read_StoreGivesTheSameTwice_IsARefusalThatZeroesBoth()
    {
        Secret[] twice = [Value("k", "v"), Value("k", "w")];
        Refusal refusal = await Assert.ThrowsAsync<Refusal>(() => AskAsync(Read("k"), new BrokenStore(_ => Task.FromResult<IReadOnlyList<Secret>>(twice))));
        Assert.Equal("internal_error", refusal.Reason.Name);
        Assert.All(twice, secret => Assert.Throws<ObjectDisposedException>(() => secret.Value.Span.Length));
    }

    [Fact]
    public async Task Search_StoreGivesWhatDoesNotMatch_ItIsLeftOut()
    {
        var store = new BrokenStore(_ => Task.FromResult<IReadOnlyList<Secret>>([Value("p:a", "v"), Value("secret:b", "w")]));
        Assert.Equal(Results("""{"target":"p:a"}"""), await AskAsync("""{"type":"REQUEST","action":"search","service":"demo","targets":["p:"]}""", store));
    }

    private static Secret Value(string target, string value) => new(target, new SecretBuffer(Encoding.UTF8.GetBytes(value)));

    private static string Read(string target) => $$"""{"type":"REQUEST","action":"read","service":"demo","targets":["{{target}}"]}""";

    private static string Results(string items) => $$"""{"type":"RESPONSE","status":"success","results":[{{items}}]}""";

    private Task<string> WriteAsync(string target, string value) => AskAsync(
        $$"""{"type":"REQUEST","action":"write","service":"demo","targets":["{{target}}"],"values":["{{value}}"]}""");

    private async Task<string> AskAsync(string line, ISecretStore? store = null)
    {
        var access = new StoreAccess(store ?? _store, "some-store", TimeSpan.FromSeconds(30), NullLogger<StoreAccess>.Instance);
        using var request = (RequestMessage)MessageReader.Read(Encoding.UTF8.GetBytes(line));
        using var output = new PinnedBufferWriter();
        ResolvedRequest resolved = await RequestExecutor.ResolveAsync(access, request, Cancellation);
        await RequestExecutor.ExecuteAsync(access, _entry, resolved, output, Cancellation);
        return Encoding.UTF8.GetString(output.Written.Span).TrimEnd('\n');
    }
}
