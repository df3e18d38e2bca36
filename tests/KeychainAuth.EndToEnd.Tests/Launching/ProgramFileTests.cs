using System.Runtime.Versioning;

namespace KeychainAuth.EndToEnd.Tests.Launching;

/// <summary>What the launcher takes for a program.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProgramFileTests(LauncherPlace place) : LauncherTest(place)
{
    [Theory]
    [InlineData("launched", Refused, "by its absolute path")]
    [InlineData("./launched", Refused, "by its absolute path")]
    [InlineData("", Refused, "by its absolute path")]
    [InlineData("/nonexistent/program", NotFound, "No such file")]
    [InlineData("/etc/hostname/program", NotFound, "Not a directory")]
    [InlineData("/usr/bin", Refused, "not a regular file")]
    [InlineData("/dev/null", Refused, "not a regular file")]
    [InlineData("/dev/zero", Refused, "not a regular file")]
    [InlineData("/dev/tty", Refused, "cannot open")]
    [InlineData("/etc/shadow", Refused, "Permission denied")]
    [InlineData("/etc/passwd", Refused, "not a program")]
    [InlineData("/proc/self/status", Refused, "not a program")]
    [InlineData("/usr/bin/passwd", Refused, "set-id bits")]
    public async Task Path_OfNoProgram_IsRefused(string path, int status, string sentence)
    {
        await using FakeDaemon daemon = Granting();
        AssertRefused(await Place.RunAsync("plainly", path), status, sentence);
        Assert.Empty(daemon.Asked);
    }

    [Theory]
    [InlineData("mkfifo '{0}'", "not a regular file")]
    [InlineData("touch '{0}'", "not a program")]
    [InlineData("printf '\\177EL' > '{0}'", "not a program")]
    [InlineData("cp '{1}' '{0}'; chmod 4755 '{0}'", "set-id bits")]
    [InlineData("cp '{1}' '{0}'; chmod 2755 '{0}'", "set-id bits")]
    [InlineData("cp '{1}' '{0}'; chmod 0777 '{0}'", "you may write it")]
    [InlineData("cp '{1}' '{0}'; setcap cap_net_raw=ep '{0}'", "file capabilities")]
    [InlineData("ln -s '{0}' '{0}'", "symbolic links")]
    [InlineData("printf '#!/bin/sh\\necho ran\\n' > '{0}'; chmod 755 '{0}'", "a script is launched by")]
    public async Task File_ThatMustNotBeLaunched_IsRefused(string command, string sentence)
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        string path = await Place.OwnFileAsync("file");
        await LauncherPlace.ShellAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, command, path, Place.Program));
        AssertRefused(await Place.RunAsync("plainly", path), Refused, sentence);
        Assert.Empty(daemon.Asked);
    }

    /// <summary>Granted or not, execve says no: the file is neither executable nor what it claims to be.</summary>
    [Theory]
    [InlineData("cp '{1}' '{0}'; chmod 644 '{0}'")]
    [InlineData("head -c 100 '{1}' > '{0}'; chmod 755 '{0}'")]
    public async Task File_ThatCannotRun_IsSaidSo(string command)
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        string path = await Place.OwnFileAsync("file");
        await LauncherPlace.ShellAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, command, path, Place.Program));
        AssertRefused(await Place.RunAsync("plainly", path), Refused, "cannot start the program");
    }

    [Fact]
    public async Task Link_ToAProgram_StartsIt()
    {
        await using FakeDaemon daemon = Granting();
        string link = await Place.OwnFileAsync("link");
        File.CreateSymbolicLink(link, Place.Program);
        AssertRan(await Place.RunAsync("plainly", link));
    }

    [Fact]
    public async Task File_OpenForWriting_IsRefused()
    {
        LauncherPlace.NeedRoot();
        await using FakeDaemon daemon = Granting();
        string path = await Place.OwnFileAsync("program", copyOf: Place.Program);
        using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            AssertRefused(await Place.RunAsync("plainly", path), Refused, "being written");
        }

        AssertRan(await Place.RunAsync("plainly", path));
    }
}
