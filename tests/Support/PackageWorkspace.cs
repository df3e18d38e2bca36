using System.Reflection;
using System.Security;
using System.Security.Cryptography;

namespace KeychainAuth.Tests.Support;

/// <summary>
/// A private place outside the repository with freshly packed packages of ours, for building what a third party
/// builds. Packages of others come from the person's own folder and sources; ours, at a version that exists nowhere
/// else, stay in here. Gone when disposed.
/// </summary>
public sealed class PackageWorkspace : IDisposable
{
    private PackageWorkspace(string path) => Path = path;

    /// <summary>The workspace's directory.</summary>
    public string Path { get; }

    /// <summary>The version of our packages in it.</summary>
    public string Version { get; } = $"4.0.0-proof.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

    /// <summary>Where the packed packages are.</summary>
    public string Packages => System.IO.Path.Combine(Path, "packages");

    /// <summary>The repository's root.</summary>
    public static string RepositoryRoot { get; } = System.IO.Path.GetFullPath(
        typeof(PackageWorkspace).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(item => item.Key == "RepositoryRoot").Value!);

    /// <summary>Creates a workspace and packs the contract, the testing package and the template into it.</summary>
    public static async Task<PackageWorkspace> CreateAsync(CancellationToken cancellationToken)
    {
        PackageWorkspace workspace = new(Directory.CreateTempSubdirectory("keychain-auth-packages-").FullName);
        try
        {
            workspace.WriteNuGetConfig();
            foreach (string project in new[]
            {
                "kernel/Abstractions/KeychainAuth.Plugin.Abstractions.csproj",
                "kernel/Testing/KeychainAuth.Plugin.Testing.csproj",
                "kernel/Testing/Templates/KeychainAuth.Plugin.Templates.csproj",
            })
            {
                await workspace.PackAsync(project, cancellationToken);
            }

            return workspace;
        }
        catch
        {
            workspace.Dispose();
            throw;
        }
    }

    /// <summary>Copies a folder into the workspace, without what a build has left in it.</summary>
    /// <returns>The copy's path.</returns>
    public string Copy(string source, string name)
    {
        string target = System.IO.Path.Combine(Path, name);
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string relative = System.IO.Path.GetRelativePath(source, file);
            if (!relative.Split(System.IO.Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            {
                string copy = System.IO.Path.Combine(target, relative);
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }

        return target;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);

    // Built in the workspace too: the repository's own output must not change while other tests run from it.
    private Task<string> PackAsync(string project, CancellationToken cancellationToken) => DotnetCommand.RunAsync(
        RepositoryRoot,
        [
            "pack", System.IO.Path.Combine(RepositoryRoot, project), "--configuration", "Release", "--output", Packages,
            $"-p:Version={Version}", $"-p:ArtifactsPath={System.IO.Path.Combine(Path, "artifacts")}", "-p:RestoreLockedMode=true",
        ],
        cancellationToken);

    private void WriteNuGetConfig()
    {
        string userPackages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(Packages);
        Directory.CreateDirectory(userPackages);
        File.WriteAllText(
            System.IO.Path.Combine(Path, "nuget.config"),
            $"""
            <?xml version="1.0" encoding="utf-8"?>
            <configuration>
              <config>
                <add key="globalPackagesFolder" value="extracted" />
              </config>
              <fallbackPackageFolders>
                <add key="user" value="{SecurityElement.Escape(userPackages)}" />
              </fallbackPackageFolders>
              <packageSources>
                <add key="keychain-auth-local" value="packages" />
              </packageSources>
            </configuration>
            """);
    }
}
