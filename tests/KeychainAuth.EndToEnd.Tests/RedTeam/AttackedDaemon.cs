using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using System.Text.RegularExpressions;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>A daemon with a secret nobody else has, and ways to count who gets at it.</summary>
[SupportedOSPlatform("linux")]
public sealed partial class AttackedDaemon : IAsyncDisposable
{
    private const string WriteToken = """{"type":"REQUEST","action":"write","service":"vault","targets":["token"],"values":["@"]}""";

    // So few that a slow machine does them within the time that a command has.
    private const int PartSize = 20;

    private readonly uint? _user;

    private AttackedDaemon(TestDaemon daemon, uint? user)
    {
        Daemon = daemon;
        _user = user;
    }

    public TestDaemon Daemon { get; }

    /// <summary>The secret: service <c>vault</c>, target <c>token</c>.</summary>
    public string Canary { get; } = $"canary-{Guid.NewGuid():N}";

    /// <summary>Whose programs attack, as an argument.</summary>
    public string User => (_user ?? 0).ToString(CultureInfo.InvariantCulture);

    public static async Task<AttackedDaemon> StartAsync(TestDaemonOptions options)
    {
        var attacked = new AttackedDaemon(await TestDaemon.StartAsync(options), options.UserId);
        try
        {
            await using RelayClient writer = await attacked.Daemon.ConnectRegisteredAsync("--write", "vault");
            Assert.Equal("{\"type\":\"RESPONSE\",\"status\":\"success\"}", await writer.AskAsync(WriteToken.Replace("@", attacked.Canary, StringComparison.Ordinal)));
        }
        catch
        {
            await attacked.DisposeAsync();
            throw;
        }

        return attacked;
    }

    /// <summary>A path of a fresh directory of the attacker's.</summary>
    public async Task<string> DirectoryAsync()
    {
        string directory = Path.Combine(Daemon.Work, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await GiveAsync(directory);
        return directory;
    }

    /// <summary>Copies a compiled program, so that each row has an approved program, and a policy entry, of its own.</summary>
    /// <param name="size">Fills the file up to this size, which changes nothing in how it runs.</param>
    public async Task<string> InstallAsync(string program, string? name = null, long? size = null)
    {
        string path = Path.Combine(await DirectoryAsync(), name ?? Path.GetFileName(program));
        ProgramFile.Copy(program, path);
        if (size is { } bytes)
        {
            CommandResult result = await Command.RunAsync("truncate", ["-s", bytes.ToString(CultureInfo.InvariantCulture), path]);
            Assert.True(result.ExitCode == 0, result.ToString());
        }

        await GiveAsync(path);
        return path;
    }

    /// <summary>Copies a program with everything beside it.</summary>
    public async Task<string> InstallTreeAsync(string program)
    {
        string directory = await DirectoryAsync();
        CommandResult result = await Command.RunAsync("cp", ["-R", Path.GetDirectoryName(program)! + "/.", directory]);
        Assert.True(result.ExitCode == 0, result.ToString());
        await GiveAsync(directory);
        return Path.Combine(directory, Path.GetFileName(program));
    }

    /// <summary>Makes the attacker the owner.</summary>
    public async Task GiveAsync(string path)
    {
        if (_user is not null)
        {
            CommandResult result = await Command.RunAsync("chown", ["-R", "--no-dereference", $"{User}:{User}", path]);
            Assert.True(result.ExitCode == 0, result.ToString());
        }
    }

    /// <summary>Installs the approved program and has a person approve it.</summary>
    public async Task<string> ApproveAsync(string program, params string[] options)
    {
        string path = await InstallAsync(program);
        await Daemon.CliOkAsync(["register", path, "--read", "vault", .. options]);
        return path;
    }

    /// <summary>Runs an attacker as an ordinary user without capabilities.</summary>
    public async Task<AttackResult> AttackAsync(string program, params string[] arguments) => Judge(await Daemon.RunAsync(program, arguments));

    /// <summary>Runs an attacker whose surroundings only root can arrange; it becomes an ordinary user by itself.</summary>
    public async Task<AttackResult> AttackFromRootAsync(string program, params string[] arguments) => Judge(await Command.RunAsync(program, arguments, Daemon.Environment));

    /// <summary>Runs the approved program as its user would.</summary>
    /// <returns>How often it was served.</returns>
    public async Task<int> UseHonestlyAsync(string approved, string mode, int times)
    {
        CommandResult result = await Daemon.RunAsync(approved, Daemon.Socket, "many", mode, times.ToString(CultureInfo.InvariantCulture));
        return ServedPattern().Count(result.Output);
    }

    /// <summary>Starts a program as the ordinary user and lets it run.</summary>
    public Process StartAsUser(string program, string[] arguments) => _user is null
        ? Command.Start(program, arguments, Daemon.Environment)
        : Command.Start("setpriv", ["--reuid", User, "--regid", User, "--clear-groups", "--", program, .. arguments], Daemon.Environment);

    /// <summary>Runs a command of a shell over and over, as the ordinary user.</summary>
    public async Task<CommandResult> RepeatAsync(string command, int times)
    {
        var output = new StringBuilder();
        var error = new StringBuilder();
        int exitCode = 0;
        for (int left = times; left > 0; left -= PartSize)
        {
            CommandResult part = await Daemon.RunAsync("sh", "-c", $"i=0; while [ $i -lt {Math.Min(left, PartSize)} ]; do {command}; i=$((i+1)); done");
            output.Append(part.Output);
            error.Append(part.Error);
            exitCode = part.ExitCode;
        }

        return new CommandResult(exitCode, output.ToString(), error.ToString());
    }

    public AttackResult Judge(CommandResult result) => AttackResult.Of(result, Canary);

    public ValueTask DisposeAsync() => Daemon.DisposeAsync();

    [GeneratedRegex("^ok$", RegexOptions.Multiline)]
    private static partial Regex ServedPattern();
}
