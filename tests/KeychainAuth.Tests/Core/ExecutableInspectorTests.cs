using System.Text;
using KeychainAuth.Core.Executables;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Core;

public sealed class ExecutableInspectorTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    // Whatever lies in the test's own directory is a user's: the tests may run as root.
    private ExecutableInspector Inspector => new(file => !file.Path.StartsWith(_directory.Path, StringComparison.Ordinal));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Inspect_LinksOnTheWay_GivesTheKernelsPath()
    {
        Directory.CreateDirectory(_directory.Combine("real"));
        File.Copy("/bin/true", _directory.Combine("real", "tool"));
        Directory.CreateSymbolicLink(_directory.Combine("link"), _directory.Combine("real"));
        File.CreateSymbolicLink(_directory.Combine("alias"), _directory.Combine("link", "tool"));
        ExecutableReport report = Inspector.Inspect(_directory.Combine("alias"));
        Assert.Equal(_directory.Combine("real", "tool"), report.Identity.Path);
        Assert.True(report.IsNative);
        Assert.True(report.IsExecutable);
        Assert.Null(report.Interpreter);
    }

    [Fact]
    public void Inspect_LinkNamedLikeAShell_IsAnInterpreter()
    {
        File.Copy("/bin/true", _directory.Combine("multicall"));
        File.CreateSymbolicLink(_directory.Combine("sh"), "multicall");
        Assert.Equal("shell", Inspector.Inspect(_directory.Combine("sh")).Interpreter?.Family);
        Assert.Null(Inspector.Inspect(_directory.Combine("multicall")).Interpreter);
    }

    [Fact]
    public void Inspect_Script_NamesItsInterpreter()
    {
        File.WriteAllText(_directory.Combine("script"), "#! /usr/bin/env python3\nprint()\n");
        Assert.Equal("/usr/bin/env python3", Inspector.Inspect(_directory.Combine("script")).ScriptInterpreter);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("")]
    public void Inspect_NoRegularFile_IsRefused(string name) =>
        Assert.Throws<ExecutableException>(() => Inspector.Inspect(_directory.Combine(name)));

    [Fact]
    public void Inspect_BrokenElf_SaysThatItsLibrariesAreUnknown()
    {
        byte[] content = File.ReadAllBytes("/bin/true");
        content.AsSpan(54, 4).Fill(0xFF);
        File.WriteAllBytes(_directory.Combine("broken"), content);
        Assert.NotNull(Inspector.Inspect(_directory.Combine("broken")).LibraryFault);
        File.WriteAllBytes(_directory.Combine("cut"), content[..64]);
        Assert.NotNull(Inspector.Inspect(_directory.Combine("cut")).LibraryFault);
    }

    [Theory]
    [InlineData("-Wl,--enable-new-dtags")]
    [InlineData("-Wl,--disable-new-dtags")]
    public async Task Inspect_LibrariesInAUsersFolder_AreFoundWithThoseTheyNeed(string tags)
    {
        Directory.CreateDirectory(_directory.Combine("lib"));
        await CompileAsync("int inner(void) { return 0; }", "-shared", "-fPIC", "-o", _directory.Combine("lib", "libinner.so"));
        await CompileAsync(
            "int inner(void); int outer(void) { return inner(); }",
            "-shared", "-fPIC", "-o", _directory.Combine("lib", "libouter.so"), "-L", _directory.Combine("lib"), "-linner", tags, "-Wl,-rpath,$ORIGIN");
        await CompileAsync(
            "int outer(void); int main(void) { return outer(); }",
            "-o", _directory.Combine("tool"), "-L", _directory.Combine("lib"), "-louter", tags, "-Wl,-rpath,$ORIGIN/lib", $"-Wl,-rpath-link,{_directory.Combine("lib")}");

        ExecutableReport report = Inspector.Inspect(_directory.Combine("tool"));
        Assert.Null(report.LibraryFault);
        Assert.Equal(["libouter.so", "libinner.so"], report.Libraries.Select(l => Path.GetFileName(l.Path)));
        Assert.All(report.Libraries, l => Assert.Equal(64, l.Sha256.Length));
        Assert.Empty(new ExecutableInspector(_ => true).Inspect(_directory.Combine("tool")).Libraries);
    }

    [Fact]
    public async Task Inspect_StaticProgram_HasNoLibraries()
    {
        await CompileAsync("int main(void) { return 0; }", "-static", "-o", _directory.Combine("tool"));
        ExecutableReport report = Inspector.Inspect(_directory.Combine("tool"));
        Assert.Empty(report.Libraries);
        Assert.Null(report.LibraryFault);
    }

    private static async Task CompileAsync(string source, params string[] options)
    {
        CommandResult result = await Command.RunAsync("gcc", ["-x", "c", "-", "-x", "none", .. options], input: Encoding.UTF8.GetBytes(source))
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
