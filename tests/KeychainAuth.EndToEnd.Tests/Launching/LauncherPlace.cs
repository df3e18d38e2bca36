using System.Globalization;
using System.Net.Sockets;
using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Launching;

/// <summary>
/// The launcher as it is installed, root's and set-group-id, built for a private run directory; and an ordinary user who
/// starts it. Users and groups are bare numbers.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class LauncherPlace : IAsyncLifetime
{
    public const uint User = 64400;
    public const uint Group = 64390;

    private readonly TestDirectory _directory = new();

    /// <summary>Everybody may look into it.</summary>
    public string Public => _directory.Path;

    public string Launcher => Path.Combine(Public, "bin", "keychain-auth-launch");

    /// <summary>The same, which gives up after two seconds.</summary>
    public string HastyLauncher => Path.Combine(Public, "hasty", "keychain-auth-launch");

    public string RunDirectory => Path.Combine(Public, "run");

    public string SocketDirectory => Path.Combine(RunDirectory, "keychain-auth");

    public string SocketPath => Path.Combine(SocketDirectory, "agent.sock");

    public string Starter => Path.Combine(Public, "starter");

    /// <summary>tests/Programs/launched.c, root's.</summary>
    public string Program => Path.Combine(Public, "launched");

    public static void NeedRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root: the launcher is installed set-group-id.");

    public async ValueTask InitializeAsync()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }

        Open(Public);
        Directory.CreateDirectory(SocketDirectory);
        Open(RunDirectory);
        Open(SocketDirectory);
        await NativeProgram.CompileAsync("starter", Starter);
        await NativeProgram.CompileAsync("launched", Program);
        await BuildAsync("bin", deadline: 60);
        await BuildAsync("hasty", deadline: 2);
    }

    /// <summary>Runs the launcher as the ordinary user, from a program that has left something behind for it.</summary>
    public Task<CommandResult> RunAsync(string mode, params string[] arguments) => RunWithAsync(new Dictionary<string, string>(), mode, Launcher, arguments);

    public Task<CommandResult> RunWithAsync(IReadOnlyDictionary<string, string> environment, string mode, string launcher, params string[] arguments) =>
        AsUserAsync(environment, [Starter, mode, launcher, .. arguments]);

    public static Task<CommandResult> AsUserAsync(IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        NeedRoot();
        return Command.RunAsync("/usr/bin/setpriv", [.. Identity, "--", .. command], environment);
    }

    public static string[] Identity { get; } =
        ["--reuid", User.ToString(CultureInfo.InvariantCulture), "--regid", User.ToString(CultureInfo.InvariantCulture), "--clear-groups"];

    /// <summary>A file of the ordinary user's, in a directory of theirs.</summary>
    public async Task<string> OwnFileAsync(string name, string? copyOf = null, string? text = null)
    {
        string directory = Path.Combine(Public, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory);
        string path = Path.Combine(directory, name);
        if (copyOf is not null)
        {
            ProgramFile.Copy(copyOf, path);
        }
        else if (text is not null)
        {
            ProgramFile.Write(path, text);
        }

        await ShellAsync($"chown -R {User}:{User} '{directory}'");
        return path;
    }

    /// <summary>Runs a command line of a shell as root, which must succeed.</summary>
    public static async Task ShellAsync(string command)
    {
        CommandResult result = await Command.RunAsync("sh", ["-ec", command]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    /// <summary>A daemon that answers as a test tells it to.</summary>
    public FakeDaemon StartDaemon(Func<Socket, Task> answer) => new(SocketPath, answer);

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task BuildAsync(string name, int deadline)
    {
        string output = Path.Combine(Public, name);
        CommandResult result = await Command.RunAsync(
            "make", ["-C", Path.Combine(RepositoryPaths.Root, "launcher"), $"RUN={RunDirectory}", $"OUT={output}", $"DEADLINE={deadline}", $"{output}/keychain-auth-launch"]);
        Assert.True(result.ExitCode == 0, result.ToString());
        Open(output);
        await ShellAsync($"chgrp {Group} '{output}/keychain-auth-launch' && chmod 2755 '{output}/keychain-auth-launch'");
    }

    private static void Open(string directory) => File.SetUnixFileMode(directory, (UnixFileMode)0b111_101_101);
}
