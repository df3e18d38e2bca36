using System.Runtime.Versioning;

namespace KeychainAuth.Tests.Cli;

[SupportedOSPlatform("linux")]
public sealed class ExecTests : IDisposable
{
    private readonly CliHarness _cli = new();

    public ExecTests()
    {
        File.WriteAllText(_cli.Launcher, "");
        File.SetUnixFileMode(_cli.Launcher, UnixFileMode.UserRead | UnixFileMode.SetGroup);
    }

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Exec_Path_BecomesTheLauncherWithTheProgramsOwnArguments()
    {
        string program = _cli.AddProgram("tool");
        _cli.Environment["A"] = "1";
        _cli.Fail(125, "exec", "--", program, "--help", "-x", "--", "a b", "");
        Assert.Equal(_cli.Launcher, _cli.Replaced!.Value.Path);
        Assert.Equal([program, "--help", "-x", "--", "a b", ""], _cli.Replaced.Value.Arguments);
        Assert.Equal(["A=1"], _cli.Replaced.Value.Environment);
    }

    [Fact]
    public void Exec_Name_IsLookedForOnPathPastRelativePlacesAndShims()
    {
        string real = Path.Combine(Directory.CreateDirectory(Path.Combine(_cli.Home, "bin")).FullName, "tool");
        File.Copy("/bin/true", real);
        _cli.Environment["PATH"] = $".:{_cli.Home}/empty:{_cli.Home}/bin";
        _cli.Do("shim", "add", "tool", "--directory", Path.Combine(_cli.Home, "shims"));
        _cli.Environment["PATH"] = $"{_cli.Home}/shims:{_cli.Environment["PATH"]}";
        _cli.Fail(125, "exec", "--", "tool", "x");
        Assert.Equal([real, "x"], _cli.Replaced!.Value.Arguments);
    }

    [Theory]
    [InlineData("#!/usr/bin/python3 -I\n")]
    [InlineData("#! /bin/sh\n")]
    public void Exec_Script_IsLaunchedAsOne(string line)
    {
        string script = Script(line);
        _cli.Fail(125, "exec", "--", script, "-c", "x");
        Assert.Equal(["--script", script, "-c", "x"], _cli.Replaced!.Value.Arguments);
    }

    [Theory]
    [InlineData("#!/usr/bin/env python3\n", "name the interpreter itself")]
    [InlineData("#!python3\n", "absolute path")]
    [InlineData("#!\n", "absolute path")]
    public void Exec_ScriptWhoseInterpreterIsAnybodys_IsRefused(string line, string sentence) =>
        Assert.Contains(sentence, _cli.Fail(126, "exec", "--", Script(line)), StringComparison.Ordinal);

    [Theory]
    [InlineData("nowhere")]
    [InlineData("./nowhere")]
    [InlineData("/")]
    public void Exec_NoProgram_IsNotFound(string name)
    {
        _cli.Fail(127, "exec", "--", name);
        Assert.Null(_cli.Replaced);
    }

    [Fact]
    public void Exec_NoLauncher_SaysHowToInstallIt()
    {
        File.SetUnixFileMode(_cli.Launcher, UnixFileMode.UserRead);
        Assert.Contains("service install --system", _cli.Fail(125, "exec", "--", _cli.AddProgram("tool")), StringComparison.Ordinal);
        File.Delete(_cli.Launcher);
        Assert.Contains("service install --system", _cli.Fail(125, "exec", "--", _cli.AddProgram("tool")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec")]
    [InlineData("exec", "--")]
    [InlineData("exec", "--", "")]
    [InlineData("exec", "--fast", "tool")]
    public void Exec_NonsenseBeforeTheProgram_IsAUsageError(params string[] arguments) => _cli.Fail(2, arguments);

    private string Script(string line)
    {
        string path = Path.Combine(_cli.Home, "script");
        File.WriteAllText(path, line + "exit 0\n");
        return path;
    }
}
