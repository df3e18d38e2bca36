using System.Collections.Concurrent;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.RedTeam;
using KeychainAuth.Tests.Support;

[assembly: AssemblyFixture(typeof(RedTeamTableFile))]

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Two daemons of one ordinary user: one whose verifier is naive on purpose, and the one that ships.</summary>
[SupportedOSPlatform("linux")]
public sealed class RedTeamFixture : IAsyncLifetime
{
    /// <summary>A user without a name, groups or privileges. Root runs the suite as this one; others as themselves.</summary>
    public const uint BareUser = 64400;

    private const string NaiveVerifier = "test-naive-verifier";

    private readonly TestDirectory _directory = new();
    private readonly ConcurrentDictionary<string, Task<string>> _programs = new();

    public static bool IsRoot { get; } = Environment.IsPrivilegedProcess;

    /// <summary>How often each attack is tried.</summary>
    public static int Tries => 200;

    public RedTeamTable Table { get; } = RedTeamTableFile.Table;

    public AttackedDaemon Naive { get; private set; } = null!;

    public AttackedDaemon UserMode { get; private set; } = null!;

    /// <summary>A directory that everybody may look into.</summary>
    public string Public => _directory.Path;

    /// <summary>The published tree, where the bare user can read it.</summary>
    public string Tree => Path.Combine(Public, "tree");

    public async ValueTask InitializeAsync()
    {
        File.SetUnixFileMode(Public, (UnixFileMode)0b111_101_101);
        await CopyAsync(RepositoryPaths.Tree, Tree);
        string plugins = Path.Combine(Public, "plugins");
        Directory.CreateDirectory(plugins);
        await CopyAsync(Path.Combine(RepositoryPaths.TestPlugins, NaiveVerifier), Path.Combine(plugins, NaiveVerifier));
        await File.WriteAllLinesAsync(
            Path.Combine(plugins, "plugins.sha256"),
            Directory.EnumerateFiles(plugins, "*", SearchOption.AllDirectories)
                .Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}  {Path.GetRelativePath(plugins, file)}").ToArray());
        UserMode = await AttackedDaemon.StartAsync(Options());
        Naive = await AttackedDaemon.StartAsync(Options($$$"""{"plugins":{"verifier":"{{{NaiveVerifier}}}","directories":["{{{plugins}}}"]}}"""));
    }

    public TestDaemonOptions Options(string? config = null) => new() { ConfigJson = config, Tree = Tree, UserId = IsRoot ? BareUser : null };

    /// <summary>Compiles a program of tests/Programs, once for all rows.</summary>
    public Task<string> ProgramAsync(string source, params string[] options) => _programs.GetOrAdd(
        string.Join(' ', [source, .. options]),
        _ => NativeProgram.CompileAsync(source, Path.Combine(Public, $"{source}-{Guid.NewGuid():N}"), options));

    /// <summary>The program that a person approves.</summary>
    public Task<string> ApprovedAsync() => ProgramAsync("attack-approved");

    /// <summary>The program that nobody has approved and that prints what it gets.</summary>
    public Task<string> StrangerAsync() => ProgramAsync("attack-approved", "-DSTRANGER");

    public async ValueTask DisposeAsync()
    {
        foreach (AttackedDaemon? daemon in (AttackedDaemon?[])[UserMode, Naive])
        {
            if (daemon is not null)
            {
                await daemon.DisposeAsync();
            }
        }

        _directory.Dispose();
    }

    private static async Task CopyAsync(string from, string to)
    {
        CommandResult result = await Command.RunAsync("cp", ["-R", "--preserve=mode", "--", from, to]);
        Assert.True(result.ExitCode == 0, result.ToString());
        result = await Command.RunAsync("chmod", ["-R", "u+rwX,go+rX,go-w", to]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
