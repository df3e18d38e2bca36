using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;
using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Files;
using KeychainAuth.Windows.Tests.Processes;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Windows.Tests.Kernel;

/// <summary>The kernel's files, with access lists in the place of modes.</summary>
public sealed class FilesTests : IDisposable
{
    private static readonly SecurityIdentifier Everyone = new(WellKnownSidType.WorldSid, null);

    private readonly string _root = Directory.CreateTempSubdirectory("keychain-auth-test-").FullName;

    private string Private => Path.Combine(_root, "a", "private");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Ensure_Missing_CreatesItForTheUserAlone()
    {
        PrivateDirectory.Ensure(Private);
        AssertOnlyUserAndSystem(new DirectoryInfo(Private).GetAccessControl());
        PrivateDirectory.Ensure(Private);
        PrivateDirectory.CheckExisting(Private);
    }

    [Fact]
    public void Ensure_OpenToOthers_IsRefusedAndLeftAlone()
    {
        PrivateDirectory.Ensure(Private);
        var directory = new DirectoryInfo(Private);
        DirectorySecurity security = directory.GetAccessControl();
        security.AddAccessRule(new FileSystemAccessRule(Everyone, FileSystemRights.ReadAndExecute, AccessControlType.Allow));
        directory.SetAccessControl(security);
        Assert.Contains("S-1-1-0", Assert.Throws<UnsafePathException>(() => PrivateDirectory.Ensure(Private)).Message, StringComparison.Ordinal);
        Assert.Throws<UnsafePathException>(() => PrivateDirectory.CheckExisting(Private));
    }

    [Fact]
    public void OpenExisting_OthersMayWrite_IsRefused()
    {
        string path = Path.Combine(_root, "config.json");
        PrivateFile.Create(path).Dispose();
        var file = new FileInfo(path);
        FileSecurity security = file.GetAccessControl();
        security.AddAccessRule(new FileSystemAccessRule(Everyone, FileSystemRights.Write, AccessControlType.Allow));
        file.SetAccessControl(security);
        Assert.Throws<UnsafePathException>(() => PrivateFile.OpenExisting(path, FileAccess.Read));
    }

    [Fact]
    public void Create_NewFile_IsTheUsersAloneAndNeverReplacesOne()
    {
        string path = Path.Combine(_root, "file");
        PrivateFile.Create(path).Dispose();
        AssertOnlyUserAndSystem(new FileInfo(path).GetAccessControl());
        Assert.ThrowsAny<IOException>(() => PrivateFile.Create(path).Dispose());
        Assert.Throws<UnsafePathException>(() => PrivateFile.OpenExisting(_root, FileAccess.Read));
        Assert.Null(PrivateFile.OpenExisting(Path.Combine(_root, "missing"), FileAccess.Read));
    }

    [Fact]
    public async Task Replace_AReaderHasItOpenForAMoment_WaitsForIt()
    {
        string path = Path.Combine(_root, "file");
        PrivateFile.Replace(path, "old"u8);
        FileIdentity? before = FileIdentity.Of(path);
        SafeFileHandle? reader = PrivateFile.OpenExisting(path, FileAccess.Read);
        Task replaced = Task.Run(() => PrivateFile.Replace(path, "new!"u8), TestContext.Current.CancellationToken);
        byte[] old = new byte[3];
        Assert.Equal(3, RandomAccess.Read(reader!, old, 0));
        Assert.Equal("old"u8.ToArray(), old);
        reader!.Dispose();
        await replaced.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("new!"u8.ToArray(), PrivateFile.ReadAllBytes(path, 100));
        Assert.NotEqual(before, FileIdentity.Of(path));
        Assert.Equal(FileIdentity.Of(path), FileIdentity.Of(path));
        Assert.Null(FileIdentity.Of(path + ".missing"));
        Assert.Equal(["file"], Directory.GetFiles(_root).Select(Path.GetFileName));
    }

    [Fact]
    public async Task TryEnter_HolderIsKilled_IsFree()
    {
        string path = Path.Combine(_root, "file.lock");
        using var here = new InterProcessLock(path);
        await using OtherProcess holder = await OtherProcess.StartAsync(Roles.HoldLock, path);
        Assert.False(here.TryEnter());
        await holder.KillAsync();
        Assert.True(here.TryEnter());
        using var again = new InterProcessLock(path);
        Assert.False(again.TryEnter());
    }

    [Fact]
    public void Inspect_Program_HasThePathOnTheDiskAndIsNative()
    {
        string program = Path.Combine(_root, "Tool.exe");
        File.Copy(TestPrograms.PathOf("pipe-speaker.exe"), program);
        ExecutableReport report = new ExecutableInspector().Inspect(Path.Combine(_root, ".", "Tool.exe"));
        Assert.Equal(program, report.Identity.Path);
        Assert.True(report.IsNative);
        Assert.NotNull(report.Exposure);
        string script = Path.Combine(_root, "tool.cmd");
        File.WriteAllText(script, "@echo off", Encoding.ASCII);
        Assert.False(new ExecutableInspector().Inspect(script).IsNative);
        Assert.Throws<ExecutableException>(() => new ExecutableInspector().Inspect(_root));
        Assert.Throws<ExecutableException>(() => new ExecutableInspector().Inspect(Path.Combine(_root, "missing.exe")));
    }

    // By the framework's own classes, not by ours.
    private static void AssertOnlyUserAndSystem(FileSystemSecurity security)
    {
        using WindowsIdentity self = WindowsIdentity.GetCurrent();
        Assert.Equal(self.User, security.GetOwner(typeof(SecurityIdentifier)));
        IEnumerable<FileSystemAccessRule> rules = security.GetAccessRules(true, true, typeof(SecurityIdentifier)).Cast<FileSystemAccessRule>();
        Assert.All(rules, rule => Assert.True(
            rule.AccessControlType == AccessControlType.Deny || rule.IdentityReference.Equals(self.User) || rule.IdentityReference.Value == "S-1-5-18",
            rule.IdentityReference.Value));
    }
}
