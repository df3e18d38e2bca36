using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon.Plugins;

public sealed class PluginHashListTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Load_NoListBesideTheDaemon_IsNotNeeded() => Assert.Null(PluginHashList.Load(new PluginDirectory(_directory.Path, IsSystem: true)));

    [Fact]
    public void Load_NoListElsewhere_IsRefusedWithTheCommandThatMakesIt()
    {
        string fault = Assert.Throws<PluginException>(() => PluginHashList.Load(new PluginDirectory(_directory.Path, IsSystem: false))).Message;
        Assert.StartsWith($"{_directory.Path} has no plugins.sha256:", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindFault_ListMadeByTheCommandOfTheMessage_AcceptsNestedFilesToo()
    {
        Place("a/a.dll", "one");
        Place("a/runtimes/linux/b.so", "two");
        string advice = Assert.Throws<PluginException>(() => PluginHashList.Load(new PluginDirectory(_directory.Path, IsSystem: false))).Message;
        string command = advice.Split('\'')[1];
        CommandResult result = await Command.RunAsync("sh", ["-ec", command], workingDirectory: _directory.Path);
        Assert.True(result.ExitCode == 0, result.ToString());

        PluginHashList list = Load();
        Assert.Null(list.FindFault(_directory.Combine("a", "a.dll")));
        Assert.Null(list.FindFault(_directory.Combine("a", "runtimes", "linux", "b.so")));
    }

    [Theory]
    [InlineData("{0}  a/a.dll")]
    [InlineData("{0} *a/a.dll")]
    [InlineData("\n{0}  a/a.dll\n")]
    public void FindFault_ListedWithItsHash_IsFine(string line)
    {
        Place("a/a.dll", "one");
        WriteList(string.Format(System.Globalization.CultureInfo.InvariantCulture, line, HashOf("one")));
        Assert.Null(Load().FindFault(_directory.Combine("a", "a.dll")));
    }

    [Fact]
    public void FindFault_UpperCaseHash_IsFine()
    {
        Place("a/a.dll", "one");
        WriteList(HashOf("one").ToUpperInvariant() + "  a/a.dll");
        Assert.Null(Load().FindFault(_directory.Combine("a", "a.dll")));
    }

    [Fact]
    public void FindFault_OtherContent_IsRefused()
    {
        Place("a/a.dll", "two");
        WriteList(HashOf("one") + "  a/a.dll");
        Assert.Contains("has another hash than plugins.sha256 says", Load().FindFault(_directory.Combine("a", "a.dll")), StringComparison.Ordinal);
    }

    [Fact]
    public void FindFault_NotInTheList_IsRefused()
    {
        Place("a/a.dll", "one");
        WriteList(HashOf("one") + "  b/a.dll");
        Assert.Contains("is not in plugins.sha256", Load().FindFault(_directory.Combine("a", "a.dll")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("0123  a/a.dll")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\ta/a.dll")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  ")]
    public void Load_LineThatIsNone_NamesTheLine(string line)
    {
        WriteList($"{HashOf("one")}  a/a.dll\n{line}\n");
        Assert.Contains(", line 2 is not 'hash  path'", Assert.Throws<PluginException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ListIsALink_IsRefused()
    {
        File.WriteAllText(_directory.Combine("elsewhere"), HashOf("one") + "  a/a.dll");
        File.CreateSymbolicLink(_directory.Combine("plugins.sha256"), _directory.Combine("elsewhere"));
        Assert.Contains("is a symbolic link", Assert.Throws<PluginException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_ListWritableByOthers_IsRefused()
    {
        WriteList(HashOf("one") + "  a/a.dll");
        await Special.ChangeModeAsync("o+w", _directory.Combine("plugins.sha256"));
        Assert.Contains("is writable by others", Assert.Throws<PluginException>(Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_ListIsAFifo_IsRefusedWithoutWaiting()
    {
        await Special.MakeFifoAsync(_directory.Combine("plugins.sha256"));
        Task<PluginException> loading = Task.Run(() => Assert.Throws<PluginException>(Load), TestContext.Current.CancellationToken);
        Assert.Contains("neither a regular file nor a directory", (await loading.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ListIsTooLong_IsRefused()
    {
        WriteList(new string('\n', (1024 * 1024) + 1));
        Assert.Contains("larger than 1 MiB", Assert.Throws<PluginException>(Load).Message, StringComparison.Ordinal);
    }

    private PluginHashList Load() => PluginHashList.Load(new PluginDirectory(_directory.Path, IsSystem: false))!;

    private void Place(string relative, string content)
    {
        string path = _directory.Combine(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private void WriteList(string content) => File.WriteAllText(_directory.Combine("plugins.sha256"), content);

    private static string HashOf(string content) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));
}
