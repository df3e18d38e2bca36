using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon.Plugins;

public sealed class PluginCatalogueTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Discover_GoodPlugin_HasManifestHashAndNoDefect()
    {
        Place("test-good");
        PluginCandidate candidate = Assert.Single(Discover());
        Assert.Null(candidate.Defect);
        Assert.Equal("test-good", candidate.Manifest!.Id);
        Assert.Equal(64, candidate.Sha256!.Length);
    }

    [Fact]
    public void Discover_FolderOfAnotherName_IsADefect()
    {
        Place("test-good", "other-name");
        Assert.Contains("calls itself 'test-good'", Assert.Single(Discover()).Defect, StringComparison.Ordinal);
    }

    [Fact]
    public void Discover_SameIdInTwoDirectories_RefusesTheSecond()
    {
        Place("test-good");
        string second = _directory.Combine("second");
        CopyFolder(Path.Combine(RepositoryPaths.TestPlugins, "test-good"), Path.Combine(second, "test-good"), "test-good");
        IReadOnlyList<PluginCandidate> found = PluginCatalogue.Discover([Trusted(_directory.Combine("plugins")), Trusted(second)]);
        Assert.Null(found[0].Defect);
        Assert.Contains("has the same id as", found[1].Defect, StringComparison.Ordinal);
    }

    [Fact]
    public void Discover_DirectoryMissing_SaysWhich() => Assert.Equal(
        $"The plugin directory {_directory.Combine("plugins")} does not exist.", Assert.Throws<PluginException>(Discover).Message);

    [Fact]
    public void Discover_FilesBesideTheFolders_AreIgnored()
    {
        Place("test-good");
        File.WriteAllText(_directory.Combine("plugins", "README"), "text");
        Assert.Single(Discover());
    }

    [Fact]
    public void Discover_EmptyFolder_IsRefusedButHadNoAssembly()
    {
        Directory.CreateDirectory(_directory.Combine("plugins", "left-over"));
        PluginCandidate candidate = Assert.Single(Discover());
        Assert.NotNull(candidate.Defect);
        Assert.False(candidate.HasAssembly);
    }

    [Fact]
    public void Discover_TruncatedAssembly_IsADefectOfUnknownKind()
    {
        Place("test-good");
        string assembly = _directory.Combine("plugins", "test-good", "test-good.dll");
        File.WriteAllBytes(assembly, File.ReadAllBytes(assembly)[..1000]);
        PluginCandidate candidate = Assert.Single(Discover());
        Assert.Null(candidate.Manifest);
        Assert.True(candidate.HasAssembly);
        Assert.Contains("is not a .NET assembly", candidate.Defect, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discover_FifoInPlaceOfTheAssembly_IsRefusedWithoutWaiting()
    {
        Directory.CreateDirectory(_directory.Combine("plugins", "test-good"));
        await Special.MakeFifoAsync(_directory.Combine("plugins", "test-good", "test-good.dll"));
        Task<IReadOnlyList<PluginCandidate>> discovering = Task.Run(Discover, TestContext.Current.CancellationToken);
        PluginCandidate candidate = Assert.Single(await discovering.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        Assert.Contains("neither a regular file nor a directory", candidate.Defect, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discover_WritableFolder_IsADefectOfAKnownKind()
    {
        Place("test-good");
        await Special.ChangeModeAsync("g+w", _directory.Combine("plugins", "test-good"));
        PluginCandidate candidate = Assert.Single(Discover());
        Assert.Equal(PluginKind.Store, candidate.Manifest?.Kind);
        Assert.Contains("is writable by others", candidate.Defect, StringComparison.Ordinal);
    }

    private IReadOnlyList<PluginCandidate> Discover() => PluginCatalogue.Discover([Trusted(_directory.Combine("plugins"))]);

    private static PluginDirectory Trusted(string path) => new(path, IsSystem: true);

    private void Place(string id, string? folder = null) =>
        CopyFolder(Path.Combine(RepositoryPaths.TestPlugins, id), _directory.Combine("plugins", folder ?? id), folder ?? id);

    private static void CopyFolder(string source, string target, string mainName)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(source))
        {
            string name = Path.GetFileName(file).Replace(Path.GetFileName(source), mainName, StringComparison.Ordinal);
            File.Copy(file, Path.Combine(target, name));
        }
    }
}
