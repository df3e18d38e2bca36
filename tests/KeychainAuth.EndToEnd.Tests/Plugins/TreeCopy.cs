using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Plugins;

/// <summary>A copy of the published tree that a test may change.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TreeCopy : IDisposable
{
    private readonly TestDirectory _directory = new();

    private TreeCopy() => File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);

    internal string Path => _directory.Combine("tree");

    internal static async Task<TreeCopy> CreateAsync()
    {
        var copy = new TreeCopy();
        CommandResult result = await Command.RunAsync("cp", ["-a", RepositoryPaths.Tree, copy.Path]);
        Assert.True(result.ExitCode == 0, result.ToString());
        return copy;
    }

    internal string Plugin(string id) => System.IO.Path.Combine(Path, "plugins", id);

    internal bool Remove(string id)
    {
        bool exists = Directory.Exists(Plugin(id));
        if (exists)
        {
            Directory.Delete(Plugin(id), recursive: true);
        }

        return exists;
    }

    internal async Task AddAsync(string folder)
    {
        CommandResult result = await Command.RunAsync("cp", ["-r", folder, Plugin(System.IO.Path.GetFileName(folder))]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    public void Dispose() => _directory.Dispose();
}
