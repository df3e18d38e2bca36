using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Cli;

[SupportedOSPlatform("linux")]
public sealed class ShimTests : IDisposable
{
    private readonly CliHarness _cli = new();

    public ShimTests()
    {
        ProgramFile.Write(_cli.Launcher, "#!/bin/sh\nfor a; do echo \"<$a>\"; done\n");
        File.SetUnixFileMode(_cli.Launcher, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.SetGroup);
    }

    private string Shims => Path.Combine(_cli.Paths.DataDirectory, "shims");

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("tool")]
    [InlineData("a 'quoted' $name \"here\" \\ ;")]
    public async Task Add_Program_MakesAScriptThatStartsIt(string name)
    {
        string program = _cli.AddProgram(name);
        string said = _cli.Do("shim", "add", program);
        Assert.Contains("is not first on PATH", said, StringComparison.Ordinal);
        CommandResult result = await RunShimAsync(name, "--x", "a b", "'");
        Assert.Equal($"<{program}>\n<--x>\n<a b>\n<'>\n", result.Output);
        Assert.Contains(program, _cli.Do("shim", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_Script_MakesAPair()
    {
        string script = Path.Combine(_cli.Home, "deploy.py");
        File.WriteAllText(script, "#!/usr/bin/python3 -I\n");
        Assert.Contains("as a script", _cli.Do("shim", "add", script, "--name", "deploy"), StringComparison.Ordinal);
        CommandResult result = await RunShimAsync("deploy", "x");
        Assert.Equal($"<--script>\n<{script}>\n<x>\n", result.Output);
        Assert.Equal(
            ("deploy", script, true, true),
            (_cli.DoJson("shim", "list", "--json")[0].GetProperty("name").GetString(), _cli.DoJson("shim", "list", "--json")[0].GetProperty("program").GetString(),
                _cli.DoJson("shim", "list", "--json")[0].GetProperty("script").GetBoolean(), _cli.DoJson("shim", "list", "--json")[0].GetProperty("exists").GetBoolean()));
    }

    [Fact]
    public void Add_Again_ReplacesItsOwnOnly()
    {
        string first = _cli.AddProgram("tool");
        string second = _cli.AddProgram("tool2");
        _cli.Do("shim", "add", first);
        _cli.Do("shim", "add", second, "--name", "tool");
        Assert.Contains(second, _cli.Do("shim", "list"), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(Shims, "mine"), "#!/bin/sh\n");
        Assert.Contains("is no shim", _cli.Fail(1, "shim", "add", first, "--name", "mine"), StringComparison.Ordinal);
        Assert.Equal("#!/bin/sh\n", File.ReadAllText(Path.Combine(Shims, "mine")));
        Assert.Equal(["mine", "tool"], Directory.EnumerateFiles(Shims).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Add_DirectoryFirstOnPath_SaysNothingOfIt()
    {
        _cli.Environment["PATH"] = $"{Shims}:/usr/bin";
        Assert.DoesNotContain("PATH", _cli.Do("shim", "add", _cli.AddProgram("tool")), StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_Shim_LeavesTheProgram()
    {
        string program = _cli.AddProgram("tool");
        _cli.Do("shim", "add", program);
        _cli.Do("shim", "remove", "tool");
        Assert.True(File.Exists(program));
        Assert.Empty(Directory.EnumerateFiles(Shims));
        Assert.Contains("no shim tool", _cli.Fail(1, "shim", "remove", "tool"), StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_FileThatIsNoShim_LeavesIt()
    {
        Directory.CreateDirectory(Shims);
        File.WriteAllText(Path.Combine(Shims, "mine"), "x");
        _cli.Fail(1, "shim", "remove", "mine");
        Assert.True(File.Exists(Path.Combine(Shims, "mine")));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a\nb")]
    public void Name_ThatLeavesTheDirectory_IsAUsageError(string name)
    {
        _cli.Fail(2, "shim", "add", _cli.AddProgram("tool"), "--name", name);
        _cli.Fail(2, "shim", "remove", name);
    }

    [Fact]
    public void List_ProgramGone_SaysSo()
    {
        string program = _cli.AddProgram("tool");
        _cli.Do("shim", "add", program);
        File.Delete(program);
        Assert.Contains("which is gone", _cli.Do("shim", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public void List_Empty_SaysSo() => Assert.StartsWith("No program has a shim", _cli.Do("shim", "list"), StringComparison.Ordinal);

    // A copy of it: the command line has written the shim in this process (see ProgramFile).
    private Task<CommandResult> RunShimAsync(string name, params string[] arguments)
    {
        string shim = Path.Combine(Shims, name);
        Assert.True(File.GetUnixFileMode(shim).HasFlag(UnixFileMode.UserExecute));
        return Command.RunAsync(ProgramFile.Copy(shim, Path.Combine(_cli.Home, "copy-of-a-shim")), arguments);
    }
}
