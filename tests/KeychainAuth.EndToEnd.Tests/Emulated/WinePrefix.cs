using System.Diagnostics;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Emulated;

/// <summary>
/// The private Wine prefix that scripts/test-windows prepares: one Windows machine with one user. Emulated, which is not
/// Windows.
/// </summary>
internal static class WinePrefix
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    internal static string Root { get; } = Path.Combine(RepositoryPaths.Root, "artifacts", "wine", "prefix");

    /// <summary>The drive C: of the prefix.</summary>
    internal static string Drive { get; } = Path.Combine(Root, "drive_c");

    /// <summary>The daemon's configuration directory, as Windows and as this system call it.</summary>
    internal static string ConfigDirectory => Path.Combine(UserDirectory, "AppData", "Roaming", "keychain-auth");

    internal static string DataDirectory => Path.Combine(UserDirectory, "AppData", "Local", "keychain-auth");

    private static string UserDirectory => Path.Combine(Drive, "users", Environment.UserName);

    /// <summary>A path below the drive, as programs in the prefix write it.</summary>
    internal static string Windows(params string[] parts) => @"C:\" + string.Join('\\', parts);

    internal static string Host(params string[] parts) => Path.Combine([Drive, .. parts]);

    /// <summary>Fails, rather than skips, where the prefix was not prepared.</summary>
    internal static void Require() => Assert.True(
        File.Exists(Host("keychain-auth", "keychain-authd.exe")) && File.Exists(Host("programs", "pipe-speaker.exe")),
        "The prefix is not prepared: run 'bash scripts/test-windows prepare' first.");

    /// <summary>Runs a program of the prefix to its end.</summary>
    /// <remarks>
    /// Its streams are files: under Wine a process that stays behind, as the daemon does, keeps its parent's streams open.
    /// </remarks>
    internal static async Task<CommandResult> RunAsync(string program, string[] arguments, IReadOnlyDictionary<string, string> variables, string input = "")
    {
        using var streams = new TestDirectory();
        await File.WriteAllTextAsync(streams.Combine("in"), input);
        CommandResult result = await Command.RunAsync(
            "sh",
            ["-c", "cd \"$1\" && shift && exec wine \"$@\" < in > out 2> err", "sh", streams.Path, program, .. arguments],
            Variables(variables)).WaitAsync(Patience);
        return result with { Output = await File.ReadAllTextAsync(streams.Combine("out")), Error = await File.ReadAllTextAsync(streams.Combine("err")) };
    }

    /// <summary>Starts a program of the prefix.</summary>
    internal static Process Start(string program, string[] arguments, IReadOnlyDictionary<string, string> variables) =>
        Command.Start("wine", [program, .. arguments], Variables(variables));

    private static Dictionary<string, string> Variables(IReadOnlyDictionary<string, string> further)
    {
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            ["USER"] = Environment.UserName,
            ["WINEPREFIX"] = Root,
            ["WINEDEBUG"] = "-all",
            ["WINEDLLOVERRIDES"] = "winemenubuilder.exe=d",
        };
        foreach ((string name, string value) in further)
        {
            variables[name] = value;
        }

        return variables;
    }
}
