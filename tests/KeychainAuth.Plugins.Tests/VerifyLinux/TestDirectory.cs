using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

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
    public string Copy(string program, string name) => ProgramFile.Copy(program, PathOf(name));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
