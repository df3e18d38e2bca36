using System.Diagnostics;
using System.Runtime.Versioning;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>A directory of the test's own, which other users may enter.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TestDirectory : IDisposable
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public TestDirectory()
    {
        // The kernel prints paths without links, so the test's must have none either.
        Path = Directory.CreateTempSubdirectory("kca-verify-").FullName;
        File.SetUnixFileMode(Path, ForAll);
    }

    public string Path { get; }

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>An executable copy of a program.</summary>
    public string Copy(string program, string name)
    {
        string copy = PathOf(name);
        CopyProgram(program, copy);
        return copy;
    }

    /// <summary>
    /// Copies by another process. A descriptor of ours that is open for writing could be inherited, for a moment, by a
    /// process that another test is just starting, and the copy could then not be run ("text file busy").
    /// </summary>
    public static void CopyProgram(string program, string copy)
    {
        using Process process = Process.Start("cp", [program, copy]);
        if (!process.WaitForExit(TimeSpan.FromSeconds(30)) || process.ExitCode != 0)
        {
            throw new IOException($"Cannot copy {program} to {copy}.");
        }

        File.SetUnixFileMode(copy, ForAll);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
