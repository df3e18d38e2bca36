using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary><c>service install --system</c> and <c>service uninstall --system</c>, on a machine without a running systemd.</summary>
[SupportedOSPlatform("linux")]
public sealed class InstallTests : IAsyncLifetime
{
    private const string Units = "/etc/systemd/system/";

    private static readonly string[] Files =
    [
        Units + "keychain-auth.service", Units + "keychain-auth.socket", "/etc/sysusers.d/keychain-auth.conf",
        "/etc/tmpfiles.d/keychain-auth.conf", "/usr/share/polkit-1/actions/org.keychain-auth.policy",
    ];

    private readonly SystemWorld _world = new();

    public ValueTask InitializeAsync() => _world.InitializeAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Install_Print_ShowsEveryFileAndChangesNothing()
    {
        string shown = await RunAsync(SystemWorld.Alice, "install", "--print");
        Assert.All(Files, file => Assert.Contains($"==> {file}\n", shown, StringComparison.Ordinal));
        Assert.Contains("ExecStart=/opt/keychain-auth/keychain-authd --system", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("@PROGRAM@", shown, StringComparison.Ordinal);
        foreach (string file in Files)
        {
            Assert.Equal("", await StatAsync("%a", file));
        }
    }

    [Fact]
    public async Task Install_Twice_ChangesNothingTheSecondTime()
    {
        string first = await RunAsync(SystemWorld.Root, "install");
        Assert.Equal(Files.Length, first.Split("wrote ").Length - 1);
        string second = await RunAsync(SystemWorld.Root, "install");
        Assert.Equal(Files.Length, second.Split("unchanged ").Length - 1);
        foreach (string file in Files)
        {
            Assert.Equal("644 root root", await StatAsync("%a %U %G", file));
        }

        Assert.Equal("700 keychain-auth keychain-auth", await StatAsync("%a %U %G", "/var/lib/keychain-auth"));
        Assert.Equal("750 root keychain-auth", await StatAsync("%a %U %G", "/etc/keychain-auth"));
        Assert.Equal("755 keychain-auth keychain-auth", await StatAsync("%a %U %G", "/run/keychain-auth"));
        await _world.OkAsync(SystemWorld.Root, "getent", "group", "keychain-auth-clients");
    }

    // Distributions without systemd-sysusers and systemd-tmpfiles get accounts and directories all the same.
    [Fact]
    public async Task Install_WithoutSystemdsTools_CreatesAccountsAndDirectories()
    {
        // Hidden by overlayfs's whiteouts; the mount goes with the namespace.
        await _world.OkAsync(
            SystemWorld.Root,
            "sh",
            "-c",
            "mkdir /run/hidden && mknod /run/hidden/systemd-sysusers c 0 0 && mknod /run/hidden/systemd-tmpfiles c 0 0 && mount -t overlay -o lowerdir=/run/hidden:/usr/bin overlay /usr/bin");
        await RunAsync(SystemWorld.Root, "install");
        Assert.Equal("700 keychain-auth keychain-auth", await StatAsync("%a %U %G", "/var/lib/keychain-auth"));
        Assert.Equal("750 root keychain-auth", await StatAsync("%a %U %G", "/etc/keychain-auth"));
        await _world.OkAsync(SystemWorld.Root, "getent", "group", "keychain-auth-clients");
        Assert.Contains("nologin", await _world.OkAsync(SystemWorld.Root, "getent", "passwd", "keychain-auth"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Install_OrdinaryUser_IsRefused()
    {
        CommandResult result = await _world.RunAsync(SystemWorld.Alice, SystemWorld.Program, "service", "install", "--system");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("sudo", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chmod o+w /opt/keychain-auth/keychain-authd", "/opt/keychain-auth/keychain-authd")]
    [InlineData("chown alice /opt/keychain-auth/plugins", "/opt/keychain-auth/plugins")]
    [InlineData("chmod o+w /opt", "/opt")]
    public async Task Install_ProgramThatOthersMayChange_IsRefused(string attack, string named)
    {
        await _world.OkAsync(SystemWorld.Root, "sh", "-c", attack);
        CommandResult result = await _world.RunAsync(SystemWorld.Root, SystemWorld.Program, "service", "install", "--system");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"{named} can be changed by others", result.Error, StringComparison.Ordinal);
        Assert.Equal("", await StatAsync("%a", Files[0]));
    }

    [Fact]
    public async Task Uninstall_Twice_KeepsDataUnlessPurged()
    {
        await RunAsync(SystemWorld.Root, "install");
        await _world.OkAsync(SystemWorld.Root, "sh", "-c", "echo kept > /var/lib/keychain-auth/kept");
        Assert.Contains("kept /var/lib/keychain-auth", await RunAsync(SystemWorld.Root, "uninstall"), StringComparison.Ordinal);
        await RunAsync(SystemWorld.Root, "uninstall");
        foreach (string file in Files.Append("/run/keychain-auth"))
        {
            Assert.Equal("", await StatAsync("%a", file));
        }

        Assert.Equal("kept\n", await _world.OkAsync(SystemWorld.Root, "cat", "/var/lib/keychain-auth/kept"));
        await RunAsync(SystemWorld.Root, "uninstall", "--purge");
        Assert.Equal("", await StatAsync("%a", "/var/lib/keychain-auth"));
        Assert.Equal("", await StatAsync("%a", "/etc/keychain-auth"));
        Assert.Equal("", (await _world.RunAsync(SystemWorld.Root, "getent", "passwd", "keychain-auth")).Output);
        Assert.Equal("", (await _world.RunAsync(SystemWorld.Root, "getent", "group", "keychain-auth-clients")).Output);
    }

    [Fact]
    public async Task Install_Units_ArePlausibleToSystemd()
    {
        await RunAsync(SystemWorld.Root, "install");
        CommandResult verify = await _world.RunAsync(SystemWorld.Root, "systemd-analyze", "verify", Files[0], Files[1]);
        Assert.DoesNotContain("keychain-auth", verify.Error.Replace("/keychain-auth/keychain-authd is not executable", "", StringComparison.Ordinal), StringComparison.Ordinal);
        string security = await _world.OkAsync(SystemWorld.Root, "systemd-analyze", "security", "--offline=true", "--no-pager", Files[0]);
        string overall = security.Split('\n').Last(line => line.Contains("Overall exposure level", StringComparison.Ordinal));
        Assert.Contains("OK", overall, StringComparison.Ordinal);
    }

    private Task<string> RunAsync(string user, string command, params string[] options) =>
        _world.OkAsync(user, SystemWorld.Program, ["service", command, "--system", .. options]);

    /// <summary>What stat says of a path; empty when nothing is there.</summary>
    private async Task<string> StatAsync(string format, string path) =>
        (await _world.RunAsync(SystemWorld.Root, "stat", "-c", format, path)).Output.Trim();
}
