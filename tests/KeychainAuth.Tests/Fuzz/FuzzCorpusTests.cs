using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Fuzz.Targets;
using KeychainAuth.Plugins.StoreFile;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Fuzz;

/// <summary>The fuzzer's corpora, replayed: whatever was once found, or only reached, stays handled.</summary>
[SupportedOSPlatform("linux")]
public sealed class FuzzCorpusTests
{
    private static readonly string Corpus = Path.Combine(RepositoryPaths.Root, "tests", "Fuzz", "corpus");

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Run_EachInputOfTheCorpus_HoldsWhatTheTargetDemands(string name)
    {
        string[] inputs = Directory.GetFiles(Path.Combine(Corpus, name));
        Assert.True(inputs.Length >= 2, $"{name} has no corpus.");
        foreach (string input in inputs)
        {
            Exception? finding = Record.Exception(() => FuzzTargets.Find(name).Run(File.ReadAllBytes(input)));
            Assert.True(finding is null, $"{input}: {finding}");
        }
    }

    // A target that demands nothing would never find anything.
    [Fact]
    public void Run_ReaderThatLosesASecret_IsFound() =>
        Assert.Throws<FuzzException>(() => KeyringTarget.Check(
            KeyringOf("""{"demo:k":{"private":"dg=="}}"""), KeyringOf("""{"fuzz-service:fuzz-target":{"private":"YSB2YWx1ZQ=="}}""")));

    private static Keyring KeyringOf(string json) =>
        KeyringReader.Parse(Encoding.UTF8.GetBytes(json), "/keyring.json");
}
