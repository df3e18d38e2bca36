using Xunit;

namespace KeychainAuth.Plugin.Testing;

public abstract partial class SecretStoreConformance
{
    private const int MaxTargetBytes = 512;
    private const int MaxServiceBytes = 128;

    /// <summary>Targets that a careless backend would take for syntax of its own.</summary>
    public static TheoryData<string> Targets =>
    [
        "plain",
        "with space",
        " leading and trailing ",
        "a:b:c",
        ":",
        "path/like/../target",
        "/etc/passwd",
        "..",
        "*",
        "%s%n%00",
        "back\\slash\"quote'",
        "<&>=;,#?|",
        "{\"json\":1}",
        "ключ-密钥-🔑",
        "e\u0301 and \u00e9 are two texts",
        "\u2028\u2029\u200b",
        "UPPER and upper",
        "-leading-dash",
        "$HOME `id` $(id)",
    ];

    /// <summary>Any target is only a name.</summary>
    /// <param name="target">The target.</param>
    [Theory]
    [MemberData(nameof(Targets))]
    public async Task WriteAsync_AnyTarget_IsFoundUnderIt(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, Service, (target, Bytes("value")), ("neighbour", Bytes("other")));
        Assert.Equal(Bytes("value"), (await ReadAsync(store, Service, target))[target]);
        Assert.Equal(new[] { target, "neighbour" }.Order(StringComparer.Ordinal), await SearchAsync(store, Service));
        Assert.Equal([target], await SearchAsync(store, Service, target));
        Assert.Equal(1, await Within(store.DeleteAsync(Service, [target], Cancellation)));
        Assert.Equal(["neighbour"], await SearchAsync(store, Service));
    }

    /// <summary>The longest names the daemon lets through, in one-byte and in four-byte characters.</summary>
    /// <param name="character">What the names are made of.</param>
    [Theory]
    [InlineData("x")]
    [InlineData("🔑")]
    public async Task WriteAsync_LongestNames_AreFound(string character)
    {
        ISecretStore store = await OpenAsync();
        int size = Bytes(character).Length;
        string service = string.Concat(Enumerable.Repeat(character, MaxServiceBytes / size));
        string target = string.Concat(Enumerable.Repeat(character, MaxTargetBytes / size));
        string neighbour = string.Concat(Enumerable.Repeat(character, (MaxTargetBytes / size) - 1));
        await WriteAsync(store, service, (target, Bytes("long")), (neighbour, Bytes("shorter")));
        Dictionary<string, byte[]> values = await ReadAsync(store, service, target, neighbour);
        Assert.Equal(Bytes("long"), values[target]);
        Assert.Equal(Bytes("shorter"), values[neighbour]);
    }

    /// <summary>
    /// Service and target are two names. Pairs whose parts join to the same text, with any separator a backend might
    /// use, must never meet.
    /// </summary>
    /// <param name="service">One service.</param>
    /// <param name="target">A target in it.</param>
    /// <param name="otherService">Another service.</param>
    /// <param name="otherTarget">A target in that.</param>
    [Theory]
    [InlineData("a", "b:c", "a:b", "c")]
    [InlineData("demo", "x:token", "demo:x", "token")]
    [InlineData("a", "b/c", "a/b", "c")]
    [InlineData("a", "b.c", "a.b", "c")]
    [InlineData("a", "b\\c", "a\\b", "c")]
    [InlineData("a", "b|c", "a|b", "c")]
    [InlineData("ab", "c", "a", "bc")]
    [InlineData("case", "x", "Case", "x")]
    public async Task ReadAsync_AmbiguousPair_DoesNotMeetTheOther(string service, string target, string otherService, string otherTarget)
    {
        ArgumentNullException.ThrowIfNull(otherService);
        ISecretStore store = await OpenAsync();
        await WriteAsync(store, service, (target, Bytes("mine")));
        if (otherService.Contains(':', StringComparison.Ordinal))
        {
            // The daemon never passes such a service on. A store may refuse it; it may not answer with the other's.
            try
            {
                Assert.Empty(await ReadAsync(store, otherService, otherTarget));
                Assert.Empty(await SearchAsync(store, otherService));
                Assert.Equal(0, await Within(store.DeleteAsync(otherService, [otherTarget], Cancellation)));
            }
            catch (StoreException)
            {
            }
        }
        else
        {
            Assert.Empty(await ReadAsync(store, otherService, otherTarget));
            Assert.Equal(0, await Within(store.DeleteAsync(otherService, [otherTarget], Cancellation)));
            await WriteAsync(store, otherService, (otherTarget, Bytes("theirs")));
            Assert.Equal(Bytes("theirs"), (await ReadAsync(store, otherService, otherTarget))[otherTarget]);
        }

        Assert.Equal(Bytes("mine"), (await ReadAsync(store, service, target))[target]);
        Assert.Equal([target], await SearchAsync(store, service));
    }

    /// <summary>Names are compared ordinally: neither case nor normalisation makes two of them one.</summary>
    [Fact]
    public async Task ReadAsync_NamesThatLookAlike_AreDifferent()
    {
        ISecretStore store = await OpenAsync();
        string[] targets = ["name", "Name", "NAME", "name ", "n\u00e4me", "na\u0308me"];
        await WriteAsync(store, Service, [.. targets.Select((target, i) => (target, new[] { (byte)i }))]);
        Dictionary<string, byte[]> values = await ReadAsync(store, Service, targets);
        Assert.Equal(targets.Length, values.Count);
        for (int i = 0; i < targets.Length; i++)
        {
            Assert.Equal((byte)i, Assert.Single(values[targets[i]]));
        }
    }
}
