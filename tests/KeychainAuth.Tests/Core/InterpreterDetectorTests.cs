using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Interpreters;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Core;

public sealed class InterpreterDetectorTests
{
    [Theory]
    [InlineData("python")]
    [InlineData("python3")]
    [InlineData("python3.11")]
    [InlineData("python3.13t")]
    [InlineData("python3.11-dbg")]
    [InlineData("pypy3")]
    [InlineData("node")]
    [InlineData("nodejs")]
    [InlineData("node20")]
    [InlineData("deno")]
    [InlineData("bun")]
    [InlineData("ruby3.1")]
    [InlineData("perl")]
    [InlineData("perl5.36.0")]
    [InlineData("php8.2")]
    [InlineData("java")]
    [InlineData("dotnet")]
    [InlineData("lua5.4")]
    [InlineData("luajit-2.1.0")]
    [InlineData("tclsh8.6")]
    [InlineData("wish")]
    [InlineData("guile-3.0")]
    [InlineData("Rscript")]
    [InlineData("R")]
    [InlineData("sh")]
    [InlineData("BASH")]
    [InlineData("zsh-5.9")]
    [InlineData("wine64-preloader")]
    [InlineData("qemu-x86_64-static")]
    [InlineData("busybox")]
    [InlineData("toybox")]
    [InlineData("env")]
    [InlineData("mawk")]
    [InlineData("ld-linux-x86-64.so.2")]
    [InlineData("ld.so")]
    [InlineData("gdb")]
    [InlineData("PowerShell.exe")]
    [InlineData("cmd.exe")]
    [InlineData("python3.12.exe")]
    [InlineData("wscript.exe")]
    [InlineData("lldb-14")]
    public void DetectByName_Interpreter_IsRecognised(string name) => Assert.NotNull(InterpreterDetector.DetectByName([name]));

    [Theory]
    [InlineData("mytool")]
    [InlineData("pythonista")]
    [InlineData("node_exporter")]
    [InlineData("nodemon")]
    [InlineData("bundle")]
    [InlineData("lua-language-server")]
    [InlineData("r2")]
    [InlineData("shfmt")]
    [InlineData("envoy")]
    [InlineData("sudo")]
    [InlineData("su")]
    [InlineData("doas")]
    [InlineData("javac-helper")]
    [InlineData("")]
    public void DetectByName_OtherProgram_IsNot(string name) => Assert.Null(InterpreterDetector.DetectByName([name]));

    [Fact]
    public void DetectByName_LinkThatSaysMore_IsRecognised() =>
        Assert.Equal("shell", InterpreterDetector.DetectByName(["multicall", "sh"])?.Family);

    [Fact]
    public void DetectAmongShells_HardLink_IsThatShell()
    {
        using var directory = new TestDirectory();
        string shell = directory.Combine("house-shell");
        string other = directory.Combine("tool");
        File.WriteAllText(shell, "x");
        File.WriteAllText(directory.Combine("different"), "x");
        Assert.NotNull(InterpreterDetector.DetectAmongShells(shell, ["# comment", $" {shell} "]));
        Assert.Null(InterpreterDetector.DetectAmongShells(directory.Combine("different"), [shell]));
        Assert.Null(InterpreterDetector.DetectAmongShells(other, [shell, "/does/not/exist"]));
    }

    [Fact]
    public void DetectByContent_NodeWithoutApplication_IsNode()
    {
        Assert.Equal("node", InterpreterDetector.DetectByContent(ContentMarks.Node)?.Family);
        Assert.Null(InterpreterDetector.DetectByContent(ContentMarks.NodeApplication));
    }
}
