using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Plugins;

/// <summary>Plugins from a directory named in config.json: each case is served, or refused for its own reason.</summary>
[SupportedOSPlatform("linux")]
public sealed class ForeignPluginTests
{
    [Fact]
    public async Task Start_Good_Serves()
    {
        using var plugins = ForeignPlugins.With("test-good");
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = plugins.Config("test-good") });
        await PluginTest.WriteAndReadAsync(daemon);
        Assert.Contains("test-good", PluginTest.LoadedByAudit(daemon));
        Assert.DoesNotContain("store-file", PluginTest.LoadedByAudit(daemon));
        Assert.False(File.Exists(daemon.Keyring));
    }

    [Fact]
    public async Task Start_AsAnOrdinaryUserFromRootsDirectory_Serves()
    {
        Assert.SkipUnless(PluginTest.IsRoot, "Running the daemon as another user needs root.");
        using var plugins = ForeignPlugins.With("test-good");
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = plugins.Config("test-good"), UserId = PluginTest.OrdinaryUser });
        Assert.Contains("test-good", PluginTest.LoadedByAudit(daemon));
    }

    [Fact]
    public async Task Start_DirectoryOfAnotherUser_IsRefused()
    {
        Assert.SkipUnless(PluginTest.IsRoot, "Giving a directory to another user needs root.");
        using var plugins = ForeignPlugins.With("test-good");
        await RunAsync("chown", "-R", "64211", plugins.Path);
        string sentence = await RefusedAsync(plugins, "test-good");
        Assert.Equal($"{plugins.Path} belongs to user 64211, who could put code into the daemon: it must belong to root or to user 0.", sentence);
    }

    [Fact]
    public async Task Start_PrivateDependency_GetsItsOwnVersion()
    {
        using var plugins = ForeignPlugins.With("test-private-dependency");
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = plugins.Config("test-private-dependency") });
        Assert.Equal("""{"type":"RESPONSE","status":"success","results":[{"target":"k1","value":"private-library 2"}]}""", await PluginTest.ReadAsync(daemon));
    }

    [Fact]
    public async Task Start_NotChosen_IsIgnoredHoweverBroken()
    {
        using var plugins = ForeignPlugins.With("test-wrong-major", "test-throws", "test-probing-path", "test-own-contract");
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = plugins.Config(null) });
        Assert.Contains("store-file", PluginTest.LoadedByAudit(daemon));
    }

    [Theory]
    [InlineData("test-wrong-major", "Plugin 'test-wrong-major' was built for contract 2, this daemon has 1: get a build for it.")]
    [InlineData("test-newer-minor", "Plugin 'test-newer-minor' needs contract 1.2, this daemon has 1.1: update the daemon.")]
    [InlineData("test-own-contract", "Plugin 'test-own-contract' ships its own copy of the contract (")]
    [InlineData("test-probing-path", "could make the runtime load code from anywhere: remove it, and build with GenerateRuntimeConfigurationFiles=false.")]
    public async Task Start_UnfitPlugin_IsRefusedForItsOwnReason(string id, string reason)
    {
        using var plugins = ForeignPlugins.With(id);
        string sentence = await RefusedAsync(plugins, id);
        Assert.StartsWith($"The chosen store plugin '{id}' is refused: ", sentence, StringComparison.Ordinal);
        Assert.Contains(reason, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ThrowsInConstructor_SaysWhatItThrew()
    {
        using var plugins = ForeignPlugins.With("test-throws");
        Assert.Equal("Plugin 'test-throws' failed to start: test-throws cannot be created, by design.", await RefusedAsync(plugins, "test-throws"));
    }

    // Without its runtimeconfig the folder is fit to be looked at, but what was planted elsewhere must still not be found.
    [Fact]
    public async Task Start_ProbingPathAttackWithoutItsRuntimeConfig_DoesNotRunThePlantedCode()
    {
        using var plugins = ForeignPlugins.With("test-probing-path");
        foreach (string file in Directory.GetFiles(plugins.Folder("test-probing-path"), "*.runtimeconfig*.json"))
        {
            File.Delete(file);
        }

        plugins.WriteList();
        string sentence = await RefusedAsync(plugins, "test-probing-path");
        Assert.StartsWith("Plugin 'test-probing-path' failed to start: ", sentence, StringComparison.Ordinal);
        Assert.Contains("PlantedLibrary", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("planted code ran", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("test-good")]
    public async Task Start_WritableDirectory_IsRefused(string below)
    {
        using var plugins = ForeignPlugins.With("test-good");
        string writable = Path.Combine(plugins.Path, below).TrimEnd('/');
        await RunAsync("chmod", "g+w", writable);
        string sentence = await RefusedAsync(plugins, "test-good");
        Assert.EndsWith($"{writable} is writable by others, who could put code into the daemon: run 'chmod go-w {writable}'.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SymlinkedDirectory_IsRefused()
    {
        using var plugins = ForeignPlugins.With("test-good");
        string link = plugins.Elsewhere("link");
        Directory.CreateSymbolicLink(link, plugins.Path);
        string config = plugins.Config("test-good").Replace(plugins.Path, link, StringComparison.Ordinal);
        string sentence = await PluginTest.RefusedStartAsync(new TestDaemonOptions { ConfigJson = config });
        Assert.Equal($"{link} is a symbolic link: plugins are not loaded through links; name the real place.", sentence);
    }

    [Fact]
    public async Task Start_SymlinkedFolder_IsRefused()
    {
        using var plugins = ForeignPlugins.With("test-good");
        Directory.Move(plugins.Folder("test-good"), plugins.Elsewhere("moved"));
        Directory.CreateSymbolicLink(plugins.Folder("test-good"), plugins.Elsewhere("moved"));
        string sentence = await RefusedAsync(plugins, "test-good");
        Assert.EndsWith($"{plugins.Folder("test-good")} is a symbolic link: plugins are not loaded through links; name the real place.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SymlinkedFile_IsRefused()
    {
        using var plugins = ForeignPlugins.With("test-good");
        File.Move(plugins.Assembly("test-good"), plugins.Elsewhere("moved.dll"));
        File.CreateSymbolicLink(plugins.Assembly("test-good"), plugins.Elsewhere("moved.dll"));
        string sentence = await RefusedAsync(plugins, "test-good");
        Assert.EndsWith($"{plugins.Assembly("test-good")} is a symbolic link: plugins are not loaded through links; name the real place.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OtherHashThanListed_IsRefused()
    {
        using var plugins = ForeignPlugins.With("test-good");
        await File.AppendAllTextAsync(plugins.Assembly("test-good"), "x", TestContext.Current.CancellationToken);
        Assert.Contains($"{plugins.Assembly("test-good")} has another hash than plugins.sha256 says", await RefusedAsync(plugins, "test-good"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FileThatIsNotListed_IsRefused()
    {
        using var plugins = ForeignPlugins.With("test-good");
        string extra = Path.Combine(plugins.Folder("test-good"), "extra.so");
        await File.WriteAllTextAsync(extra, "x", TestContext.Current.CancellationToken);
        Assert.Contains($"{extra} is not in plugins.sha256", await RefusedAsync(plugins, "test-good"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NoList_IsRefusedWithTheCommandThatMakesIt()
    {
        using var plugins = ForeignPlugins.With("test-good");
        File.Delete(Path.Combine(plugins.Path, "plugins.sha256"));
        string sentence = await RefusedAsync(plugins, "test-good");
        Assert.StartsWith($"{plugins.Path} has no plugins.sha256: run ", sentence, StringComparison.Ordinal);

        CommandResult result = await Command.RunAsync("sh", ["-ec", sentence.Split('\'')[1]], workingDirectory: plugins.Path);
        Assert.True(result.ExitCode == 0, result.ToString());
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = plugins.Config("test-good") });
        Assert.Contains("test-good", PluginTest.LoadedByAudit(daemon));
    }

    [Fact]
    public async Task Start_DirectoryDoesNotExist_IsRefused()
    {
        using var plugins = new ForeignPlugins();
        Directory.Delete(plugins.Path);
        Assert.Equal($"The plugin directory {plugins.Path} does not exist.", await RefusedAsync(plugins, "test-good"));
    }

    [Fact]
    public async Task Start_ChosenPluginOfAnotherKind_IsRefused()
    {
        using var plugins = ForeignPlugins.With("test-naive-verifier");
        Assert.Equal("The chosen store plugin 'test-naive-verifier' is not a store plugin.", await RefusedAsync(plugins, "test-naive-verifier"));
    }

    [Theory]
    [InlineData("../plugins/test-good")]
    [InlineData("test-good/")]
    [InlineData("Test-Good")]
    [InlineData("no-such-store")]
    public async Task Start_ChosenIdIsNone_IsNotFound(string id)
    {
        using var plugins = ForeignPlugins.With("test-good");
        Assert.Equal($"The chosen store plugin '{id}' was not found.", await RefusedAsync(plugins, id));
    }

    [Fact]
    public async Task Start_SameIdAsAShippedPlugin_DoesNotReplaceIt()
    {
        using var plugins = ForeignPlugins.With("test-good");
        Directory.Move(plugins.Folder("test-good"), plugins.Folder("store-file"));
        File.Move(Path.Combine(plugins.Folder("store-file"), "test-good.dll"), plugins.Assembly("store-file"));
        plugins.WriteList();
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions { ConfigJson = plugins.Config(null) });
        Assert.Contains(daemon.AuditRecords(), r => r.TryGetProperty("binary_path", out System.Text.Json.JsonElement path)
            && path.GetString() == Path.Combine(RepositoryPaths.Tree, "plugins", "store-file", "store-file.dll"));
    }

    private static Task<string> RefusedAsync(ForeignPlugins plugins, string id) =>
        PluginTest.RefusedStartAsync(new TestDaemonOptions { ConfigJson = plugins.Config(id) });

    private static async Task RunAsync(string program, params string[] arguments)
    {
        CommandResult result = await Command.RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
