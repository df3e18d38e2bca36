using System.Collections.Concurrent;
using System.Runtime.InteropServices;
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
    private readonly SemaphoreSlim _publishing = new(1, 1);
    private Task<AttackedSystem>? _system;

    public static bool IsRoot { get; } = Environment.IsPrivilegedProcess;

    /// <summary>How often each attack is tried.</summary>
    public static int Tries => 200;

    public RedTeamTable Table { get; } = RedTeamTableFile.Table;

    public AttackedDaemon Naive { get; private set; } = null!;

    public AttackedDaemon UserMode { get; private set; } = null!;

    /// <summary>A machine with system mode, made when the first row asks for it.</summary>
    public Task<AttackedSystem> SystemModeAsync()
    {
        Assert.SkipUnless(IsRoot, "Needs root: system mode is installed, with real users.");
        lock (_programs)
        {
            return _system ??= AttackedSystem.StartAsync();
        }
    }

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

    /// <summary>samples/demo-client as a .NET program is commonly shipped: Native AOT.</summary>
    public Task<string> NativeClientAsync() => PublishAsync("native");

    /// <summary>The same in one file that brings the runtime along.</summary>
    public Task<string> SingleFileClientAsync() => PublishAsync("single", "-p:PublishAot=false", "-p:PublishSingleFile=true", "--self-contained", "true");

    /// <summary>The same as a small host with its code in .dll files beside it.</summary>
    public Task<string> HostedClientAsync() => PublishAsync("hosted", "-p:PublishAot=false", "--self-contained", "false");

    public async ValueTask DisposeAsync()
    {
        _publishing.Dispose();
        if (_system is { IsCompletedSuccessfully: true } system)
        {
            await system.Result.DisposeAsync();
        }

        foreach (AttackedDaemon? daemon in (AttackedDaemon?[])[UserMode, Naive])
        {
            if (daemon is not null)
            {
                await daemon.DisposeAsync();
            }
        }

        _directory.Dispose();
    }

    /// <returns>The path of the program; what it needs lies beside it.</returns>
    private Task<string> PublishAsync(string kind, params string[] options) => _programs.GetOrAdd("publish " + kind, async _ =>
    {
        // Apart from the repository's own build, whose files these options would change under other tests.
        string output = Path.Combine(Public, kind);
        await _publishing.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await DotnetCommand.RunAsync(
                RepositoryPaths.Root,
                [
                    "publish", "samples/demo-client", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier.Contains("arm64", StringComparison.Ordinal) ? "linux-arm64" : "linux-x64",
                    "-o", output, "--artifacts-path", Path.Combine(Public, "build"), "--nologo", "-v", "quiet",
                    "-p:RestorePackagesWithLockFile=false", $"-p:NuGetLockFilePath={Path.Combine(Public, "none.json")}",
                    "-p:DebugType=none", "-p:GenerateDocumentationFile=false", "-p:EnforceCodeStyleInBuild=false", .. options,
                ],
                TestContext.Current.CancellationToken);
        }
        finally
        {
            _publishing.Release();
        }

        return Path.Combine(output, "demo-client");
    });

    private static async Task CopyAsync(string from, string to)
    {
        CommandResult result = await Command.RunAsync("cp", ["-R", "--preserve=mode", "--", from, to]);
        Assert.True(result.ExitCode == 0, result.ToString());
        result = await Command.RunAsync("chmod", ["-R", "u+rwX,go+rX,go-w", to]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
