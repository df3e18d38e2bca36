using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Launching;

/// <summary>Scripts with their interpreters.</summary>
[SupportedOSPlatform("linux")]
public sealed class ScriptTests(LauncherPlace place) : LauncherTest(place)
{
    private const string Body = "import os,sys\nprint('ran', sys.argv, sys.flags.isolated, os.getegid())\n";

    [Fact]
    public async Task Script_Granted_RunsAsItsFirstLineSays()
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        string script = await Place.OwnFileAsync("script.py", text: "#!/usr/bin/python3 -I\n" + Body);
        CommandResult result = await Place.RunAsync("plainly", "--script", script, "-c", "print('evil')");
        Assert.Equal($"ran ['/dev/fd/3', '-c', \"print('evil')\"] 1 {LauncherPlace.Group}\n", result.Output);
    }

    [Theory]
    [InlineData("#!/usr/bin/python3\n", 0)]
    [InlineData("#! /usr/bin/python3\n", 0)]
    [InlineData("#!/usr/bin/python3 \t -I  \n", 1)]
    [InlineData("#!\t/usr/bin/python3\t-I\r\n", 1)]
    public async Task FirstLine_SpelledInOtherWays_IsUnderstood(string line, int isolated)
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync("plainly", "--script", await Place.OwnFileAsync("script.py", text: line + Body));
        Assert.Equal($"ran ['/dev/fd/3'] {isolated} {LauncherPlace.Group}\n", result.Output);
    }

    [Theory]
    [InlineData("", "does not name its interpreter")]
    [InlineData("print('ran')\n", "does not name its interpreter")]
    [InlineData("#!/usr/bin/python3", "does not name its interpreter")]
    [InlineData("#!\n", "does not name its interpreter")]
    [InlineData("#!   \n", "does not name its interpreter")]
    [InlineData("#!python3\n", "does not name its interpreter")]
    [InlineData("#!../python3\n", "does not name its interpreter")]
    [InlineData("#!/usr/bin/py\0thon3\n", "does not name its interpreter")]
    [InlineData("#!/usr/bin\n", "not a regular file")]
    [InlineData("#!/nonexistent\n", "No such file")]
    [InlineData("#!/usr/bin/passwd\n", "set-id bits")]
    [InlineData("#!/usr/bin/ldd\n", "not a program")]
    public async Task FirstLine_ThatNamesNoInterpreter_IsRefused(string line, string sentence)
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        string script = await Place.OwnFileAsync("script.py", text: line + (line.EndsWith('\n') ? Body : ""));
        CommandResult result = await Place.RunAsync("plainly", "--script", script);
        AssertRefused(result, result.ExitCode == NotFound ? NotFound : Refused, sentence);
        Assert.Empty(daemon.Asked);
    }

    [Fact]
    public async Task FirstLine_TooLong_IsRefused()
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        string script = await Place.OwnFileAsync("script.py", text: $"#!/usr/bin/python3 {new string('x', 300)}\n{Body}");
        AssertRefused(await Place.RunAsync("plainly", "--script", script), Refused, "does not name its interpreter");
    }

    [Fact]
    public async Task Script_TooLarge_IsRefused()
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        string script = await Place.OwnFileAsync("script.py", text: "#!/usr/bin/python3\n" + Body);
        await LauncherPlace.ShellAsync($"truncate -s 20M '{script}'");
        AssertRefused(await Place.RunAsync("plainly", "--script", script), Refused, "too large");
    }

    [Fact]
    public async Task Script_ThatIsAFifo_IsRefused()
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        string path = await Place.OwnFileAsync("fifo");
        await LauncherPlace.ShellAsync($"mkfifo '{path}'");
        AssertRefused(await Place.RunAsync("plainly", "--script", path), Refused, "not a regular file");
    }

    /// <summary>The copy that it reads is nobody's to change, not even the interpreter's own.</summary>
    [Fact]
    public async Task Script_Running_CannotChangeItsCopy()
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        string script = await Place.OwnFileAsync("script.py", text: """
            #!/usr/bin/python3 -I
            import os
            for attempt in (lambda: os.write(3, b'x'), lambda: os.ftruncate(3, 0), lambda: os.write(os.open('/proc/self/fd/3', os.O_RDWR), b'x')):
                try:
                    print('changed', attempt())
                except OSError as error:
                    print(error.errno)

            """);
        CommandResult result = await Place.RunAsync("plainly", "--script", script);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.DoesNotContain("changed", result.Output, StringComparison.Ordinal);
        Assert.Contains("1\n1\n", result.Output, StringComparison.Ordinal);
    }
}
