using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Versioning;
using System.Xml.Linq;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Plugins;

/// <summary>The rules of docs/architecture.md, read from the projects and from what ships.</summary>
[SupportedOSPlatform("linux")]
public sealed class ArchitectureTests
{
    private const string Contract = "KeychainAuth.Plugin.Abstractions";

    private static readonly string Kernel = Path.Combine(RepositoryPaths.Root, "kernel");
    private static readonly string Plugins = Path.Combine(RepositoryPaths.Root, "plugins");

    public static TheoryData<string> PluginIds => new(Directory.GetDirectories(Plugins)
        .Where(folder => File.Exists(Path.Combine(folder, Path.GetFileName(folder) + ".csproj")))
        .Select(folder => Path.GetFileName(folder)!));

    [Fact]
    public void Kernel_Projects_ReferenceNoPluginAndNoTest()
    {
        string[] projects = [.. Directory.EnumerateFiles(Kernel, "*.csproj", SearchOption.AllDirectories).Where(p => !p.Contains("/content/", StringComparison.Ordinal))];
        Assert.True(projects.Length >= 5, "The kernel's projects were not found.");
        Assert.All(projects, project => Assert.All(References(project), reference => Assert.StartsWith(Kernel + "/", reference, StringComparison.Ordinal)));
    }

    [Fact]
    public void Kernel_Assemblies_ReferenceNoPlugin()
    {
        string[] ids = [.. PluginIds.Select(row => row.Data)];
        Assert.NotEmpty(ids);
        foreach (string assembly in Directory.EnumerateFiles(RepositoryPaths.Tree, "*.dll"))
        {
            Assert.DoesNotContain(AssemblyReferences(assembly), ids.Contains);
        }
    }

    [Fact]
    public void Abstractions_Assembly_ReferencesOnlySystem()
    {
        string[] references = AssemblyReferences(Path.Combine(RepositoryPaths.Tree, Contract + ".dll"));
        Assert.NotEmpty(references);
        Assert.All(references, name => Assert.StartsWith("System.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Abstractions_Project_ReferencesNothing()
    {
        string project = Path.Combine(Kernel, "Abstractions", Contract + ".csproj");
        Assert.Empty(References(project));
        Assert.All(
            XDocument.Load(project).Descendants("PackageReference"),
            package => Assert.Equal("all", (string?)package.Attribute("PrivateAssets")));
    }

    [Fact]
    public void Abstractions_Assembly_KeepsItsVersionForTheWholeMajor()
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(RepositoryPaths.Tree, Contract + ".dll")));
        Assert.Equal(new Version(1, 0, 0, 0), image.GetMetadataReader().GetAssemblyDefinition().Version);
    }

    [Theory]
    [MemberData(nameof(PluginIds))]
    public void Plugin_Project_SeesTheKernelThroughTheContractOnly(string id)
    {
        string folder = Path.Combine(Plugins, id);
        Assert.All(References(Path.Combine(folder, id + ".csproj")), reference => Assert.Equal(Path.Combine(Kernel, "Abstractions", Contract + ".csproj"), reference));

        string shared = Path.Combine(Plugins, "shared") + "/";
        string interop = shared + "Interop/";
        foreach (XElement compile in XDocument.Load(Path.Combine(folder, id + ".csproj")).Descendants("Compile").Where(c => c.Attribute("Include") is not null))
        {
            string include = compile.Attribute("Include")!.Value.Replace("$(InteropDirectory)", interop, StringComparison.Ordinal);
            Assert.StartsWith(shared, Path.GetFullPath(include, folder), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(PluginIds))]
    public void Plugin_Assembly_ReferencesTheContractAndTheRuntimeOnly(string id)
    {
        // Those of other systems are not in this system's tree, but were built for the tests.
        string published = Path.Combine(RepositoryPaths.Tree, "plugins", id, id + ".dll");
        string built = Path.Combine(RepositoryPaths.Root, "artifacts", "bin", id, "release", id + ".dll");
        string[] references = AssemblyReferences(File.Exists(published) ? published : built);
        Assert.Contains(Contract, references);
        Assert.All(references, name => Assert.True(
            name == Contract || name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal),
            $"{id} references {name}."));
    }

    [Fact]
    public void Tree_PluginFolders_HoldNoContractAndNoRuntimeConfig()
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Tree, "plugins"), "*", SearchOption.AllDirectories)];
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => Path.GetFileName(file) == Contract + ".dll" || file.Contains(".runtimeconfig.", StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> References(string project) => XDocument.Load(project).Descendants("ProjectReference")
        .Select(reference => Path.GetFullPath(reference.Attribute("Include")!.Value, Path.GetDirectoryName(project)!));

    private static string[] AssemblyReferences(string assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        MetadataReader metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
