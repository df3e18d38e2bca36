using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon.Plugins;

public sealed class PluginIntegrityTests : IDisposable
{
    private const uint Stranger = 64200;

    private readonly TestDirectory _directory = new();
    private readonly string _folder;
    private readonly string _file;

    public PluginIntegrityTests()
    {
        _folder = _directory.Combine("plugins", "some-plugin");
        _file = Path.Combine(_folder, "some-plugin.dll");
        Directory.CreateDirectory(Path.Combine(_folder, "runtimes"));
        File.WriteAllText(_file, "code");
    }

    public void Dispose() => _directory.Dispose();

    // The test's directory lies below /tmp, which everybody may write to but which is sticky.
    [Fact]
    public void FindDirectoryFault_OwnDirectoryBelowAStickyOne_IsFine() => Assert.Null(PluginIntegrity.FindDirectoryFault(_directory.Combine("plugins")));

    [Fact]
    public void FindFolderFault_OwnFiles_IsFine() => Assert.Null(PluginIntegrity.FindFolderFault(_folder, hashes: null));

    [Theory]
    [InlineData("g+w")]
    [InlineData("o+w")]
    public async Task FindDirectoryFault_WritableAncestor_NamesItAndTheRemedy(string mode)
    {
        await Special.ChangeModeAsync(mode, _directory.Combine("plugins"));
        Assert.Equal(WritableFault(_directory.Combine("plugins")), PluginIntegrity.FindDirectoryFault(_folder));
    }

    [Fact]
    public async Task FindFolderFault_StickyButWritableFolder_IsRefused()
    {
        await Special.ChangeModeAsync("1777", _folder);
        Assert.Equal(WritableFault(_folder), PluginIntegrity.FindFolderFault(_folder, hashes: null));
    }

    [Theory]
    [InlineData("some-plugin.dll")]
    [InlineData("runtimes")]
    public async Task FindFolderFault_WritableEntry_NamesIt(string entry)
    {
        await Special.ChangeModeAsync("g+w", Path.Combine(_folder, entry));
        Assert.Equal(WritableFault(Path.Combine(_folder, entry)), PluginIntegrity.FindFolderFault(_folder, hashes: null));
    }

    [Fact]
    public void FindDirectoryFault_LinkAsAncestor_IsRefused()
    {
        string link = _directory.Combine("link");
        Directory.CreateSymbolicLink(link, _directory.Combine("plugins"));
        Assert.Contains($"{link} is a symbolic link", PluginIntegrity.FindDirectoryFault(Path.Combine(link, "some-plugin")), StringComparison.Ordinal);
    }

    [Fact]
    public void FindFolderFault_FolderIsALink_IsRefused()
    {
        string link = _directory.Combine("plugins", "linked");
        Directory.CreateSymbolicLink(link, _folder);
        Assert.Contains($"{link} is a symbolic link", PluginIntegrity.FindFolderFault(link, hashes: null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bin/true")]
    [InlineData("/usr/bin")]
    [InlineData("/nowhere/at/all")]
    public void FindFolderFault_LinkInside_IsRefusedWhateverItPointsTo(string target)
    {
        string link = Path.Combine(_folder, "runtimes", "linked.dll");
        File.CreateSymbolicLink(link, target);
        Assert.Contains($"{link} is a symbolic link", PluginIntegrity.FindFolderFault(_folder, hashes: null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindFolderFault_FifoInside_IsRefused()
    {
        await Special.MakeFifoAsync(Path.Combine(_folder, "fifo.dll"));
        Assert.Contains("neither a regular file nor a directory", PluginIntegrity.FindFolderFault(_folder, hashes: null), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("some-plugin.runtimeconfig.json")]
    [InlineData("some-plugin.runtimeconfig.dev.json")]
    [InlineData("Other.RuntimeConfig.JSON")]
    [InlineData("runtimes/deep.runtimeconfig.json")]
    public void FindFolderFault_RuntimeConfigAnywhere_IsRefused(string name)
    {
        File.WriteAllText(Path.Combine(_folder, name), "{}");
        Assert.Contains("could make the runtime load code from anywhere", PluginIntegrity.FindFolderFault(_folder, hashes: null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindFolderFault_FileOfAnotherUser_IsRefused()
    {
        Assert.SkipUnless(Special.IsRoot, "Giving a file to another user needs root.");
        await Special.GiveToAsync(Stranger, _file);
        Assert.Equal(
            $"{_file} belongs to user {Stranger}, who could put code into the daemon: it must belong to root or to user 0.",
            PluginIntegrity.FindFolderFault(_folder, hashes: null));
    }

    [Fact]
    public async Task FindDirectoryFault_AncestorOfAnotherUser_IsRefused()
    {
        Assert.SkipUnless(Special.IsRoot, "Giving a directory to another user needs root.");
        await Special.GiveToAsync(Stranger, _directory.Combine("plugins"));
        Assert.Contains($"belongs to user {Stranger}", PluginIntegrity.FindDirectoryFault(_folder), StringComparison.Ordinal);
    }

    [Fact]
    public void FindDirectoryFault_NothingThere_SaysSo() =>
        Assert.Contains("cannot be looked at", PluginIntegrity.FindDirectoryFault(_directory.Combine("absent")), StringComparison.Ordinal);

    private static string WritableFault(string path) =>
        $"{path} is writable by others, who could put code into the daemon: run 'chmod go-w {path}'.";
}
