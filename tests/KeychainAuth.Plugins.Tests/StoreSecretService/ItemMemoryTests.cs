using System.Runtime.Versioning;
using KeychainAuth.Plugins.StoreSecretService.Provider;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreSecretService;

/// <summary>What is remembered of where items were.</summary>
[SupportedOSPlatform("linux")]
public sealed class ItemMemoryTests
{
    private const string Collection = "/collection/login";

    private readonly ItemMemory _memory = new();

    [Fact]
    public void Recall_AllTargetsKnown_GivesTheirPathsInOrder()
    {
        _memory.Remember(Collection, "s", ["a", "b"], [Item("/2", "b"), Item("/1", "a")]);
        Assert.Equal(["/1", "/2"], _memory.Recall(Collection, "s", ["a", "b"])!);
        Assert.Equal(["/2", "/1"], _memory.Recall(Collection, "s", ["b", "a"])!);
    }

    [Theory]
    [InlineData("/collection/other", "s", "a")]
    [InlineData(Collection, "t", "a")]
    [InlineData(Collection, "s", "A")]
    public void Recall_AnythingElse_GivesNothing(string collection, string service, string target)
    {
        _memory.Remember(Collection, "s", ["a"], [Item("/1", "a")]);
        Assert.Null(_memory.Recall(collection, service, [target]));
        Assert.Null(_memory.Recall(Collection, "s", ["a", target + "?"]));
    }

    /// <summary>A provider that finds more than was asked for would make every guess a wrong one.</summary>
    [Fact]
    public void Remember_TheSearchFoundMore_ForgetsInstead()
    {
        _memory.Remember(Collection, "s", ["a"], [Item("/1", "a")]);
        _memory.Remember(Collection, "s", ["a"], [Item("/1", "a"), Item("/2", "A")]);
        Assert.Null(_memory.Recall(Collection, "s", ["a"]));
    }

    [Fact]
    public void Remember_ItIsGone_Forgets()
    {
        _memory.Remember(Collection, "s", ["a"], [Item("/1", "a")]);
        _memory.Remember(Collection, "s", ["a"], []);
        Assert.Null(_memory.Recall(Collection, "s", ["a"]));
    }

    [Fact]
    public void Remember_VeryMany_StaysBoundedAndKeepsTheLast()
    {
        const int Many = 10_000;
        for (int i = 0; i < Many; i++)
        {
            _memory.Remember(Collection, "s", [$"{i}"], [Item($"/{i}", $"{i}")]);
        }

        Assert.Equal([$"/{Many - 1}"], _memory.Recall(Collection, "s", [$"{Many - 1}"])!);
        Assert.Null(_memory.Recall(Collection, "s", ["0"]));
    }

    private static StoredItem Item(string path, string target) => new(
        path, new Dictionary<string, string> { [ItemAttributes.Service] = "s", [ItemAttributes.Target] = target }, Modified: 0);
}
