using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Launching;

/// <summary>What a starter leaves behind for the launcher, and what of it reaches the program.</summary>
[SupportedOSPlatform("linux")]
public sealed class SurroundingsTests(LauncherPlace place) : LauncherTest(place)
{
    private static readonly string[] Passed = ["HOME", "USER", "LANG", "LC_ALL", "TERM", "TZ", "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "DISPLAY"];

    private static readonly string[] Dropped =
    [
        "LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH", "LD_DEBUG", "GLIBC_TUNABLES", "GCONV_PATH", "LOCPATH", "TZDIR", "NIS_PATH",
        "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "NODE_OPTIONS", "NODE_PATH", "PERL5LIB", "PERL5OPT", "RUBYOPT", "RUBYLIB", "JAVA_TOOL_OPTIONS",
        "DOTNET_STARTUP_HOOKS", "DOTNET_ROOT", "BASH_ENV", "ENV", "SHELLOPTS", "IFS", "CDPATH", "SHELL", "EDITOR", "PAGER", "BROWSER",
        "GIT_SSH_COMMAND", "GIT_EXEC_PATH", "HTTPS_PROXY", "SSL_CERT_FILE", "DBUS_SESSION_BUS_ADDRESS", "XDG_CONFIG_HOME", "TMPDIR", "HOMEX", "LANG_", "LC_",
    ];

    [Fact]
    public async Task Granted_Program_IsClosedToItsUser()
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync("plainly", Place.Program, "a", "b c", "");
        AssertRan(result);
        Assert.Equal(["{\"type\":\"LAUNCH\",\"protocol\":1}\n"], daemon.Asked);
        Assert.Contains($"groups {LauncherPlace.User} {LauncherPlace.Group} {LauncherPlace.Group}\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("secure 1\ndumpable 0\nprotected 1\n", result.Output, StringComparison.Ordinal);
        Assert.Contains($"arg 0 {Place.Program} (", result.Output, StringComparison.Ordinal);
        Assert.Contains("arg 1 a (1)\narg 2 b c (3)\narg 3  (0)\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_OnlyHarmlessNames_Pass()
    {
        await using FakeDaemon daemon = Granting();
        var environment = Passed.ToDictionary(name => name, name => name is "HOME" or "XDG_RUNTIME_DIR" or "SSH_AUTH_SOCK" ? "/tmp/x" : "Value.1");
        foreach (string name in Dropped)
        {
            environment[name] = "/tmp/evil";
        }

        environment["PATH"] = "/tmp/evil";
        environment["KEYCHAIN_AUTH_SOCKET"] = "/tmp/evil";
        CommandResult result = await Place.RunWithAsync(environment, "plainly", Place.Launcher, Place.Program);
        AssertRan(result);
        IEnumerable<string> seen = result.Output.Split('\n').Where(l => l.StartsWith("env ", StringComparison.Ordinal)).Select(l => l[4..]);
        Assert.Equal(
            Passed.Select(name => $"{name}={environment[name]}")
                .Append("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
                .Append($"KEYCHAIN_AUTH_SOCKET={Place.SocketPath}")
                .Order(StringComparer.Ordinal),
            seen.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("HOME", "relative")]
    [InlineData("XDG_RUNTIME_DIR", "")]
    [InlineData("TERM", "../../tmp/terminfo")]
    [InlineData("TZ", "/tmp/zone")]
    [InlineData("TZ", "../../tmp/zone")]
    [InlineData("LANG", "/tmp/locale")]
    [InlineData("LC_ALL", "x/../../../tmp/locale")]
    public async Task Environment_ValueThatLeadsElsewhere_IsDropped(string name, string value)
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunWithAsync(new Dictionary<string, string> { [name] = value }, "plainly", Place.Launcher, Place.Program);
        AssertRan(result);
        Assert.DoesNotContain($"env {name}=", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Environment_VeryLongValue_IsDropped()
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunWithAsync(
            new Dictionary<string, string> { ["HOME"] = "/" + new string('x', 100_000), ["LANG"] = "C" }, "plainly", Place.Launcher, Place.Program);
        AssertRan(result);
        Assert.DoesNotContain("env HOME=", result.Output, StringComparison.Ordinal);
        Assert.Contains("env LANG=C\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Descriptors_ManyLeftOpen_AreClosed()
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync("descriptors", Place.Program);
        AssertRan(result);
        Assert.Equal(["fd 0", "fd 1", "fd 2"], result.Output.Split('\n').Where(l => l.StartsWith("fd ", StringComparison.Ordinal)));
    }

    /// <summary>Otherwise the first file that is opened would become somebody's output, or the answer somebody's input.</summary>
    [Theory]
    [InlineData("closed")]
    [InlineData("closed-in-out")]
    public async Task StandardStreams_Closed_AreReplaced(string mode)
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync(mode, Place.Program);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Single(daemon.Asked);
        string script = await Place.OwnFileAsync("fds.py", text: "#!/usr/bin/python3 -I\nimport os,sys\nopen(sys.argv[1],'w').write(' '.join(os.readlink(f'/proc/self/fd/{i}') for i in range(3)))\n");
        string output = Path.Combine(Path.GetDirectoryName(script)!, "out");
        result = await Place.RunAsync(mode, "--script", script, output);
        Assert.True(result.ExitCode == 0, result.ToString());

        // The C library of a set-id program puts /dev/full in the place of a missing input.
        Assert.Matches("^/dev/(null|full) /dev/(null|full) ", await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Signals_IgnoredAndBlocked_AreReset()
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync("signals", Place.Program);
        AssertRan(result);
        Assert.Contains("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_Lowered_AreReset()
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync("limits", Place.Program);
        AssertRan(result);
        Assert.DoesNotContain("lowered", result.Output, StringComparison.Ordinal);
        Assert.Contains("limit 4 none\n", result.Output, StringComparison.Ordinal);
    }

    /// <summary>A limit that only root may raise again: whatever comes of it, nothing hangs and nothing unapproved runs.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Limits_SetToNothing_EndInTime(int limit)
    {
        await using FakeDaemon daemon = Place.StartDaemon(FakeDaemon.Says("{\"type\":\"RESPONSE\",\"status\":\"denied\"}\n"));
        string script = await Place.OwnFileAsync("script.py", text: "#!/usr/bin/python3 -I\nprint('ran')\n");
        AssertNothingRan(await Place.RunAsync($"limit-{limit}", Place.Program));
        AssertNothingRan(await Place.RunAsync($"limit-{limit}", "--script", script));
    }

    [Fact]
    public async Task Umask_OpenToAll_IsClosed()
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync("umask", Place.Program);
        AssertRan(result);
        Assert.Contains("umask 077\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alarm_Inherited_IsGone()
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync("alarm", Place.Program);
        AssertRan(result);
        Assert.Contains("alarm 0\n", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddressRandomisation_TurnedOff_IsOnAgain()
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync("not-random", Place.Program);
        AssertRan(result);
        Assert.Contains("personality 0\n", result.Output, StringComparison.Ordinal);
    }

    /// <summary>Ways in which the kernel gives no group: then there is nothing to keep anybody out with.</summary>
    [Theory]
    [InlineData("traced")]
    [InlineData("no-new-privs")]
    [InlineData("shared-directory")]
    [InlineData("user-namespace")]
    public async Task Start_WithoutTheGroup_IsRefused(string mode)
    {
        await using FakeDaemon daemon = Granting();
        AssertRefused(await Place.RunAsync(mode, Place.Program), CannotAsk, "did not get its group");
        Assert.Empty(daemon.Asked);
    }

    [Theory]
    [InlineData("shared-descriptors")]
    [InlineData("vfork")]
    [InlineData("gone-directory")]
    [InlineData("low-priority")]
    public async Task Start_FromAnOddPlace_IsServed(string mode)
    {
        await using FakeDaemon daemon = Granting();
        AssertRan(await Place.RunAsync(mode, Place.Program));
    }

    [Fact]
    public async Task Start_WithoutAnyArgument_SaysHow()
    {
        await using FakeDaemon daemon = Granting();
        AssertRefused(await Place.RunAsync("no-arguments"), CannotAsk, "usage: ");
        AssertRefused(await Place.RunAsync("plainly"), CannotAsk, "usage: ");
        AssertRefused(await Place.RunAsync("plainly", "--script"), CannotAsk, "usage: ");
    }

    [Fact]
    public async Task Start_UnderAnyName_IsTheSame()
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync("own-name", Place.Program);
        AssertRan(result);
        Assert.DoesNotContain("evil", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arguments_ManyAndLong_Arrive()
    {
        await using FakeDaemon daemon = Granting();
        CommandResult result = await Place.RunAsync("plainly", [Place.Program, .. Enumerable.Repeat("x", 5000), new string('y', 100_000)]);
        AssertRan(result);
        Assert.Contains($"arg 5001 {new string('y', 60)} (100000)\n", result.Output, StringComparison.Ordinal);
    }

    /// <summary>Installed without its bit, or copied by its user, it has nothing to offer.</summary>
    [Fact]
    public async Task Launcher_Copied_IsNoLauncher()
    {
        await using FakeDaemon daemon = Granting();
        string copy = await Place.OwnFileAsync("keychain-auth-launch", copyOf: Place.Launcher);
        AssertRefused(await Place.RunWithAsync(new Dictionary<string, string>(), "plainly", copy, Place.Program), CannotAsk, "did not get its group");
    }
}
