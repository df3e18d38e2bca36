using System.Text.Json;
using KeychainAuth.Core.Instance;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Cli;

/// <summary>Commands that tell and change nothing.</summary>
public sealed class QueryTests : IDisposable
{
    private readonly CliHarness _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Status_NothingRuns_Is3WithEveryKeyInOrder()
    {
        CommandResult result = _cli.Run("status", "--json");
        Assert.Equal(3, result.ExitCode);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        Assert.Equal(
            [
                "daemon_running", "version", "mode", "config_path", "socket_path", "requires_sudo", "pid", "transport", "verifier", "store",
                "audit_path", "started_at", "same_user_isolation", "registered", "pending",
            ],
            document.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal("4.0.0", document.RootElement.GetProperty("version").GetString());
        Assert.False(document.RootElement.GetProperty("daemon_running").GetBoolean());
        Assert.Equal(3, _cli.Run("status").ExitCode);
    }

    [Fact]
    public void Status_DaemonRuns_TellsItsVersion()
    {
        string socket = Path.Combine(_cli.Home, "run", "agent.sock");
        using InstanceFile claim = InstanceFile.TryClaim(_cli.Paths, socket)!;
        claim.Publish(new DaemonInstance
        {
            ProcessId = 42,
            Version = "4.9.9",
            Mode = "user",
            SocketPath = socket,
            ConfigPath = _cli.Paths.ConfigFile,
            AuditPath = _cli.Paths.AuditFile,
            Transport = "transport-uds",
            Verifier = "verify-linux",
            Store = "store-file",
            StartedAt = DateTimeOffset.UnixEpoch,
        });
        _cli.Do("register", _cli.AddProgram("tool"));
        JsonElement status = _cli.DoJson("status", "--json", "-s", socket);
        Assert.True(status.GetProperty("daemon_running").GetBoolean());
        Assert.Equal("4.9.9", status.GetProperty("version").GetString());
        Assert.Equal(1, status.GetProperty("registered").GetInt32());
        Assert.Contains("same-user isolation: no", _cli.Do("status", "--socket", socket), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_EachAnswer_HasItsExitCodeAndReason()
    {
        string tool = _cli.AddProgram("tool");
        AssertDenied("unregistered_binary_pending_approval", tool);
        _cli.Do("register", tool, "--read", "other");
        AssertDenied("service_not_allowed", tool);
        _cli.Do("allow", tool, "--read", "aws", "--target", "aws=x*", "--until", "1h");
        JsonElement allowed = _cli.DoJson("check", tool, "aws", "--json");
        Assert.True(allowed.GetProperty("read").GetBoolean());
        Assert.False(allowed.GetProperty("write").GetBoolean());
        Assert.Equal("x*", allowed.GetProperty("allowed_targets")[0].GetString());
        _cli.Time.Advance(TimeSpan.FromHours(2));
        AssertDenied("grant_expired", tool);
        _cli.AddProgram("tool", "changed");
        Assert.Contains("upgrade", AssertDenied("unregistered_binary_pending_approval", tool), StringComparison.Ordinal);
        _cli.Fail(1, "check", tool + "x", "aws");
        _cli.Fail(2, "check", tool, "a:b");
    }

    [Fact]
    public void Check_SearchWithoutRead_IsDenied()
    {
        string tool = _cli.AddProgram("tool");
        _cli.Do("register", tool, "--search");
        AssertDenied("service_not_allowed", tool);
        _cli.Do("allow", tool, "--write", "aws");
        JsonElement allowed = _cli.DoJson("check", tool, "aws", "--json");
        Assert.False(allowed.GetProperty("search").GetBoolean());
    }

    [Fact]
    public void List_Entries_AreShownBothWays()
    {
        Assert.Equal("No program is registered.\n", _cli.Do("list"));
        string tool = _cli.AddProgram("tool");
        _cli.Do("register", tool, "--read", "aws", "--until", "1h");
        Assert.Contains("read: aws", _cli.Do("list"), StringComparison.Ordinal);
        Assert.Equal(tool, _cli.DoJson("list", "--json")[0].GetProperty("path").GetString());
    }

    [Fact]
    public void Audit_Records_AreShownLastOnes()
    {
        Assert.Equal("", _cli.Do("audit"));
        string tool = _cli.AddProgram("tool");
        _cli.Do("register", tool);
        _cli.Do("allow", tool, "--read", "one");
        _cli.Do("allow", tool, "--read", "two");
        Assert.Equal(3, _cli.Do("audit").Split('\n').Length - 1);
        Assert.Contains("may read two", Assert.Single(_cli.Do("audit", "-n", "1").Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal("", _cli.Do("audit", "-n", "0"));
        string[] json = _cli.Do("audit", "--json", "--lines", "2").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([2, 3], json.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("seq").GetInt32()));
        _cli.Fail(2, "audit", "-n", "-1");
        _cli.Fail(2, "audit", "-n", "many");
    }

    [Fact]
    public void AuditVerify_IntactAndBroken_DifferInExitCode()
    {
        string tool = _cli.AddProgram("tool");
        _cli.Do("register", tool);
        _cli.Do("allow", tool, "--read", "one");
        Assert.Contains("Intact: 2 records", _cli.Do("audit", "verify"), StringComparison.Ordinal);
        Assert.True(_cli.DoJson("audit", "verify", "--json").GetProperty("intact").GetBoolean());
        File.WriteAllText(_cli.Paths.AuditFile, File.ReadAllText(_cli.Paths.AuditFile).Replace("registered", "Registered", StringComparison.Ordinal));
        CommandResult broken = _cli.Run("audit", "verify");
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("line 2", broken.Output, StringComparison.Ordinal);
        Assert.Contains("determined program", broken.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Doctor_DamagedPolicy_SaysWhatToMend()
    {
        File.WriteAllText(Path.Combine(_cli.Program, "keychain-authd"), "");
        Assert.Equal(0, _cli.Run("doctor").ExitCode);
        _cli.Do("register", _cli.AddProgram("tool"));
        File.WriteAllText(_cli.Paths.ConfigFile, "{");
        CommandResult result = _cli.Run("doctor", "--json");
        Assert.Equal(1, result.ExitCode);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        Assert.False(document.RootElement.GetProperty("healthy").GetBoolean());
        Assert.Contains("bad   policy", _cli.Run("doctor").Output, StringComparison.Ordinal);
        Assert.Contains("same-user isolation: no", _cli.Run("doctor").Output, StringComparison.Ordinal);
    }

    private string AssertDenied(string reason, string tool)
    {
        CommandResult result = _cli.Run("check", tool, "aws", "--json");
        Assert.Equal(4, result.ExitCode);
        using JsonDocument document = JsonDocument.Parse(result.Output);
        Assert.Equal(reason, document.RootElement.GetProperty("reason").GetString());
        Assert.Equal(4, _cli.Run("check", tool, "aws").ExitCode);
        return document.RootElement.GetProperty("message").GetString()!;
    }
}
