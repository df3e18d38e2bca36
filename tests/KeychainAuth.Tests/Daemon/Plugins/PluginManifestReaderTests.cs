using FsCheck.Xunit;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon.Plugins;

public sealed class PluginManifestReaderTests : IDisposable
{
    private static readonly string GoodAssembly = Path.Combine(RepositoryPaths.TestPlugins, "test-good", "test-good.dll");
    private static readonly byte[] GoodBytes = File.ReadAllBytes(GoodAssembly);

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_GoodPlugin_FindsEveryArgument()
    {
        PluginManifest manifest = PluginManifestReader.Read(GoodAssembly);
        Assert.Equal(PluginKind.Store, manifest.Kind);
        Assert.Equal("test-good", manifest.Id);
        Assert.Equal("KeychainAuth.TestPlugins.GoodPlugin", manifest.EntryType);
        Assert.Equal(ContractVersion.Major, manifest.Contract);
        Assert.Equal(ContractVersion.Minor, manifest.ContractMinor);
        Assert.Equal(-100, manifest.Priority);
        Assert.Empty(manifest.OperatingSystems);
        Assert.Empty(manifest.Requires);
        Assert.Equal("4.0.0.0", manifest.Version);
    }

    [Theory]
    [InlineData("test-wrong-major", ContractVersion.Major + 1, 0)]
    [InlineData("test-newer-minor", ContractVersion.Major, ContractVersion.Minor + 1)]
    public void Read_OtherContract_FindsItsVersion(string id, int major, int minor)
    {
        PluginManifest manifest = PluginManifestReader.Read(Path.Combine(RepositoryPaths.TestPlugins, id, id + ".dll"));
        Assert.Equal((major, minor), (manifest.Contract, manifest.ContractMinor));
    }

    [Theory]
    [InlineData("transport-uds", PluginKind.Transport)]
    [InlineData("verify-linux", PluginKind.Verifier)]
    [InlineData("store-file", PluginKind.Store)]
    public void Read_ShippedPlugin_IsForLinux(string id, PluginKind kind)
    {
        PluginManifest manifest = PluginManifestReader.Read(Path.Combine(RepositoryPaths.Tree, "plugins", id, id + ".dll"));
        Assert.Equal(kind, manifest.Kind);
        Assert.Equal(id, manifest.Id);
        Assert.Contains("linux", manifest.OperatingSystems);
    }

    [Fact]
    public void Read_AssemblyWithoutManifest_SaysWhatIsMissing() => Assert.EndsWith(
        "carries no [assembly: KeychainAuthPlugin(...)].", Fault(typeof(PluginManifestReader).Assembly.Location), StringComparison.Ordinal);

    [Fact]
    public void Read_NativeExecutable_IsNoAssembly() => Assert.EndsWith("is not a .NET assembly.", Fault("/bin/sh"), StringComparison.Ordinal);

    [Fact]
    public void Read_EmptyFile_IsNoAssembly() => Assert.EndsWith("is not a .NET assembly.", Fault(Write([])), StringComparison.Ordinal);

    [Fact]
    public void Read_Garbage_IsNoAssembly()
    {
        byte[] garbage = new byte[64 * 1024];
        new Random(4).NextBytes(garbage);
        Assert.EndsWith("is not a .NET assembly.", Fault(Write(garbage)), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingFile_CannotBeRead() => Assert.Contains("cannot be read", Fault(_directory.Combine("absent.dll")), StringComparison.Ordinal);

    [Fact]
    public void Read_TruncatedAnywhere_IsRefusedOrReadsTheSame()
    {
        for (int length = 0; length < GoodBytes.Length; length += 61)
        {
            AssertRefusedOrRead(GoodBytes[..length]);
        }
    }

    // A damaged assembly must be refused in words, whatever the metadata reader makes of it.
    [Property(MaxTest = 3000)]
    public void Read_BytesChangedAnywhere_ThrowsNothingElse(int seed)
    {
        var random = new Random(seed);
        byte[] changed = [.. GoodBytes];
        for (int i = random.Next(1, 40); i > 0; i--)
        {
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
        }

        AssertRefusedOrRead(changed);
    }

    private void AssertRefusedOrRead(byte[] content)
    {
        string path = Write(content);
        try
        {
            Assert.NotNull(PluginManifestReader.Read(path));
        }
        catch (PluginException e)
        {
            Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
        }
    }

    private static string Fault(string path) => Assert.Throws<PluginException>(() => PluginManifestReader.Read(path)).Message;

    private string Write(byte[] content)
    {
        string path = _directory.Combine("some.dll");
        File.WriteAllBytes(path, content);
        return path;
    }
}
