using System.Runtime.Versioning;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Tests.Cli;

[SupportedOSPlatform("linux")]
public sealed class RegisterTests : IDisposable
{
    private readonly CliHarness _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Register_NewProgram_IsRecordedBeforeItIsWritten()
    {
        string tool = _cli.AddProgram("tool");
        _cli.Do("register", tool, "--read", "aws", "--read", "gcp", "--write", "aws", "--search", "--target", "aws=prod/*", "--until", "8h", "--protocol", "2", "--jit");

        BinaryEntry entry = Assert.Single(_cli.Entries());
        Assert.Equal(tool, entry.Path);
        Assert.True(BinaryIdentity.IsHash(entry.Hash));
        Assert.Equal("2026-05-21T12:00:00Z", entry.RegisteredAt);
        Assert.Equal(["aws", "gcp"], entry.AllowedReadServices);
        Assert.Equal(["aws"], entry.AllowedWriteServices);
        Assert.True(entry.CanSearch);
        Assert.Equal(["prod/*"], entry.AllowedTargets!["aws"]);
        Assert.Equal(_cli.Time.GetUtcNow().AddHours(8), entry.ExpiresAt);
        Assert.Equal(2, entry.Protocol);
        Assert.True(entry.Jit);

        AuditRecord record = Assert.Single(_cli.Records());
        Assert.Equal(("config", "ACCEPTED", "register"), (record.Action, record.Result, record.Reason));
        Assert.Equal((tool, entry.Hash), (record.BinaryPath, record.BinaryHash));
        Assert.Equal(Environment.ProcessId, record.ProcessId);
        Assert.Contains("may write aws", record.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_AuditCannotBeWritten_ChangesNothing()
    {
        string tool = _cli.AddProgram("tool");
        Directory.CreateDirectory(_cli.Paths.AuditFile);
        File.SetUnixFileMode(_cli.Paths.DataDirectory, (UnixFileMode)0b111_000_000);
        Assert.Contains("audit log", _cli.Fail(1, "register", tool), StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.Paths.ConfigFile));
    }

    [Fact]
    public void Register_ConfigCannotBeWritten_IsRecordedAsNotDone()
    {
        string tool = _cli.AddProgram("tool");
        Directory.CreateDirectory(_cli.Paths.ConfigDirectory, (UnixFileMode)0b111_000_000);

        // In the way of the temporary file, and not removable as one.
        Directory.CreateDirectory($"{_cli.Paths.ConfigFile}.{Environment.ProcessId}.tmp");
        Assert.Equal(1, _cli.Run("register", tool).ExitCode);
        Assert.False(File.Exists(_cli.Paths.ConfigFile));
        Assert.Equal(["ACCEPTED", "ERROR"], _cli.Records().Select(r => r.Result));
        Assert.Equal("config_not_written", _cli.Records()[1].Reason);
    }

    [Fact]
    public void Register_ConfigCannotBeParsed_ChangesNothing()
    {
        Directory.CreateDirectory(_cli.Paths.ConfigDirectory, (UnixFileMode)0b111_000_000);
        File.WriteAllText(_cli.Paths.ConfigFile, "{ broken");
        string complaint = _cli.Fail(1, "register", _cli.AddProgram("tool"));
        Assert.Contains("cannot be parsed", complaint, StringComparison.Ordinal);
        Assert.Empty(_cli.Records());
    }

    [Fact]
    public void Register_SameAgain_AddsPermissionsAndKeepsTheRest()
    {
        string tool = _cli.AddProgram("tool");
        _cli.Do("register", tool, "--read", "a");
        _cli.Do("register", tool, "--write", "b");
        BinaryEntry entry = Assert.Single(_cli.Entries());
        Assert.Equal(["a"], entry.AllowedReadServices);
        Assert.Equal(["b"], entry.AllowedWriteServices);
        Assert.Contains("Nothing to change", _cli.Do("register", tool), StringComparison.Ordinal);
        Assert.Equal(2, _cli.Records().Length);
    }

    [Fact]
    public void Register_ChangedProgram_NamesUpgrade()
    {
        string tool = _cli.AddProgram("tool");
        _cli.Do("register", tool);
        _cli.AddProgram("tool", "new");
        Assert.Contains("keychain-auth upgrade", _cli.Fail(1, "register", tool), StringComparison.Ordinal);
        Assert.Contains("keychain-auth upgrade", _cli.Fail(1, "authorize", tool, "aws"), StringComparison.Ordinal);
    }

    [Fact]
    public void Register_ThroughALink_SaysWhatItRegistered()
    {
        string tool = _cli.AddProgram("tool");
        File.CreateSymbolicLink(Path.Combine(_cli.Home, "alias"), tool);
        Assert.Contains($"leads to {tool}", _cli.Do("register", Path.Combine(_cli.Home, "alias")), StringComparison.Ordinal);
        Assert.Equal(tool, Assert.Single(_cli.Entries()).Path);
    }

    [Fact]
    public void Register_ProtocolOne_LiftsTheDemandForTwo()
    {
        string tool = _cli.AddProgram("tool");
        _cli.Do("register", tool, "--protocol", "2");
        _cli.Do("register", tool, "--protocol", "1");
        Assert.Equal(1, Assert.Single(_cli.Entries()).Protocol);
    }

    [Fact]
    public void Register_Interpreter_IsRefusedUnlessAccepted()
    {
        string python = _cli.AddProgram("python3.12");
        string complaint = _cli.Fail(1, "register", python);
        Assert.Contains("interpreter", complaint, StringComparison.Ordinal);
        Assert.Contains("--allow-interpreter", complaint, StringComparison.Ordinal);
        _cli.Do("register", python, "--allow-interpreter");
        Assert.True(Assert.Single(_cli.Entries()).Interpreter);
    }

    [Fact]
    public void Register_Script_IsRefusedEvenWithTheOption()
    {
        string script = Path.Combine(_cli.Home, "script");
        File.WriteAllText(script, "#!/usr/bin/python3\n");
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);
        Assert.Contains("/usr/bin/python3", _cli.Fail(1, "register", script, "--allow-interpreter"), StringComparison.Ordinal);
    }

    [Fact]
    public void Register_NodeUnderAnotherName_IsRefused()
    {
        string tool = _cli.AddProgram("tool", "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0");
        Assert.Contains("node", _cli.Fail(1, "register", tool), StringComparison.Ordinal);
    }

    [Fact]
    public void Register_SingleFileRuntimes_GetJit()
    {
        string node = _cli.AddProgram("app", "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1");
        Assert.Contains("recorded jit", _cli.Do("register", node), StringComparison.Ordinal);
        Assert.True(Assert.Single(_cli.Entries()).Jit);
    }

    [Fact]
    public void Register_DotNetHost_SaysWhereItsCodeIs()
    {
        string host = Path.Combine(AppContext.BaseDirectory, "KeychainAuth.Tests");
        Assert.Contains(".dll files", _cli.Do("register", host), StringComparison.Ordinal);
    }

    [Fact]
    public void Register_NotExecutable_IsRefused()
    {
        string tool = _cli.AddProgram("tool");
        File.SetUnixFileMode(tool, (UnixFileMode)0b110_100_100);
        Assert.Contains("not executable", _cli.Fail(1, "register", tool), StringComparison.Ordinal);
    }

    [Fact]
    public void Register_NoProgram_IsRefused()
    {
        string data = Path.Combine(_cli.Home, "data");
        File.WriteAllText(data, "MZ something");
        File.SetUnixFileMode(data, (UnixFileMode)0b111_101_101);
        Assert.Contains("not an ELF", _cli.Fail(1, "register", data), StringComparison.Ordinal);
        Assert.Contains("no such file", _cli.Fail(1, "register", data + "x"), StringComparison.Ordinal);
        Assert.Contains("not a regular file", _cli.Fail(1, "register", _cli.Home), StringComparison.Ordinal);
        _cli.Fail(2, "register", "");
    }

    [Theory]
    [InlineData("--read", "a:b")]
    [InlineData("--read", "")]
    [InlineData("--write", "a\nb")]
    [InlineData("--target", "aws")]
    [InlineData("--target", "aws=")]
    [InlineData("--target", "a:b=c")]
    [InlineData("--until", "yesterday")]
    [InlineData("--until", "2020-01-01T00:00:00Z")]
    [InlineData("--until", "2027-01-01T00:00:00")]
    [InlineData("--until", "2027-13-01T00:00:00Z")]
    [InlineData("--until", "0h")]
    [InlineData("--until", "99999999d")]
    [InlineData("--until", "-1h")]
    [InlineData("--protocol", "3")]
    [InlineData("--protocol", "two")]
    [InlineData("--nonsense", "x")]
    public void Register_BadOption_IsUsage(string option, string value) =>
        _cli.Fail(2, "register", _cli.AddProgram("tool"), option, value);

    [Fact]
    public void Register_PendingProgram_WaitsNoLonger()
    {
        string tool = _cli.AddProgram("tool");
        string hash = _cli.DoJsonHash(tool);
        _cli.AddPending(tool, hash);
        _cli.AddPending("/other", hash);
        _cli.Do("register", tool);
        Assert.Equal("/other", Assert.Single(_cli.Pending.Read()).Path);
    }

    [Fact]
    public void Authorize_NewProgram_MayDoAllInTheService()
    {
        string tool = _cli.AddProgram("tool");
        _cli.Do("authorize", tool, "aws");
        _cli.Do("authorize", tool, "gcp");
        BinaryEntry entry = Assert.Single(_cli.Entries());
        Assert.Equal(["aws", "gcp"], entry.AllowedReadServices);
        Assert.Equal(["aws", "gcp"], entry.AllowedWriteServices);
        Assert.True(entry.CanSearch);
        Assert.Equal(["authorize", "authorize"], _cli.Records().Select(r => r.Reason));
    }
}
