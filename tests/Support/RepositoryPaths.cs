using System.Reflection;

namespace KeychainAuth.Tests.Support;

/// <summary>Where the tests find what they test: the tree that ships, not a build of their own.</summary>
public static class RepositoryPaths
{
    public static string Root { get; } = Path.GetFullPath(
        typeof(RepositoryPaths).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    /// <summary>The published tree. Built by <c>make publish</c>.</summary>
    public static string Tree { get; } = Existing(Path.Combine(Root, "artifacts", "keychain-auth"), "make publish");

    /// <summary>Folders of the plugins that exist for tests only. Built by <c>make test-plugins</c>.</summary>
    public static string TestPlugins { get; } = Existing(Path.Combine(Root, "artifacts", "test-plugins"), "make test-plugins");

    /// <summary>Sources of small native programs.</summary>
    public static string Programs { get; } = Path.Combine(Root, "tests", "Programs");

    private static string Existing(string path, string command) =>
        Directory.Exists(path) ? path : throw new DirectoryNotFoundException($"{path} does not exist: run '{command}' first.");
}
