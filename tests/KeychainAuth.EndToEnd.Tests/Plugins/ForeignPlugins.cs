using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Plugins;

/// <summary>A directory of plugins beside the daemon's own, as a person names it in config.json.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ForeignPlugins : IDisposable
{
    private readonly TestDirectory _directory = new();

    internal ForeignPlugins()
    {
        // Readable for a daemon that runs as another user; writable for nobody else.
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);
        System.IO.Directory.CreateDirectory(Path);
    }

    internal string Path => _directory.Combine("plugins");

    /// <summary>A place beside the directory, for what links point to.</summary>
    internal string Elsewhere(string name) => _directory.Combine(name);

    /// <summary>Copies a test plugin into the directory and lists everything that is there.</summary>
    internal static ForeignPlugins With(params ReadOnlySpan<string> ids)
    {
        var plugins = new ForeignPlugins();
        foreach (string id in ids)
        {
            plugins.Place(System.IO.Path.Combine(RepositoryPaths.TestPlugins, id));
        }

        plugins.WriteList();
        return plugins;
    }

    internal void Place(string folder)
    {
        string target = Folder(System.IO.Path.GetFileName(folder));
        System.IO.Directory.CreateDirectory(target);
        foreach (string file in System.IO.Directory.EnumerateFiles(folder))
        {
            File.Copy(file, System.IO.Path.Combine(target, System.IO.Path.GetFileName(file)));
        }
    }

    internal string Folder(string id) => System.IO.Path.Combine(Path, id);

    internal string Assembly(string id) => System.IO.Path.Combine(Path, id, id + ".dll");

    /// <summary>Writes plugins.sha256 by a command that a person would use.</summary>
    internal void WriteList()
    {
        CommandResult result = Command.RunAsync("sh", ["-ec", "find */ -type f -exec sha256sum {} + > plugins.sha256"], workingDirectory: Path).GetAwaiter().GetResult();
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    /// <summary>config.json that names the directory and chooses a store.</summary>
    internal string Config(string? store) => JsonSerializer.Serialize(new
    {
        plugins = new { store, directories = new[] { Path } },
    });

    public void Dispose() => _directory.Dispose();
}
