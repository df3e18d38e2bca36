using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Admin;
using KeychainAuth.Daemon.Users;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Daemon.Users;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon.Admin;

/// <summary>A policy changes when a person stands behind it, to what that person was shown, and not otherwise.</summary>
public sealed class PolicyUpdateTests : IAsyncDisposable
{
    private const uint Alice = 1001;
    private const string Tool = "/opt/tool";

    private readonly TestDirectory _directory = new();
    private readonly FakeScopeFactory _factory;
    private readonly FakeAuthority _authority = new();
    private UserScope? _scope;

    public PolicyUpdateTests() => _factory = new FakeScopeFactory(_directory, TimeProvider.System);

    private string ConfigPath => _factory.FileOf(Alice, "config.json");

    private ConfigDocument Stored => ConfigFile.At(ConfigPath).Read();

    public async ValueTask DisposeAsync()
    {
        if (_scope is not null)
        {
            await _scope.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task ApplyAsync_NobodyStandsBehindIt_IsDeniedAuditedAndNotWritten()
    {
        _authority.Refusal = "Nobody typed a password.";
        AdminResponse response = await ApplyAsync(c => c.RegisteredBinaries.Add(Entry()));
        Assert.Equal(ResponseStatus.Denied, response.Status);
        Assert.Equal("Nobody typed a password.", response.Message);
        Assert.Empty(Stored.RegisteredBinaries);
        AuditRecord record = Assert.Single(Records());
        Assert.Equal(("not_authorized", AuditResult.Denied, Tool), (record.Reason, record.Result, record.BinaryPath));
    }

    [Fact]
    public async Task ApplyAsync_PersonAgrees_IsAuditedWrittenAndNoLongerPending()
    {
        UserScope scope = await ScopeAsync();
        new PendingQueue(_factory.FileOf(Alice, "pending.json"), TimeProvider.System).Add(new PendingEntry { Path = Tool, Hash = Hashes.Of('a'), Timestamp = DateTimeOffset.UtcNow });
        AdminResponse response = await ApplyAsync(c => c.RegisteredBinaries.Add(Entry()), command: "approve");
        Assert.Equal(ResponseStatus.Success, response.Status);
        Assert.Equal(Tool, Assert.Single(Stored.RegisteredBinaries).Path);
        Assert.Equal("approve", Assert.Single(Records()).Reason);
        Assert.Empty(new PendingQueue(scope.Paths.PendingFile, TimeProvider.System).Read());
        Assert.Equal(AuthorityAction.ChangeOwnPolicy, _authority.Asked);
        Assert.Contains($"{Tool}: registered", _authority.Change, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApplyAsync_AboutAnotherUser_NeedsAnAdministrator()
    {
        await ApplyAsync(c => c.RegisteredBinaries.Add(Entry()), asker: 1002);
        Assert.Equal(AuthorityAction.ManageOthers, _authority.Asked);
        Assert.StartsWith("user 1001: ", _authority.Change, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApplyAsync_PolicyIsNotWhatTheChangeWasMadeFrom_IsAConflictAndNobodyIsAsked()
    {
        AdminResponse response = await ApplyAsync(c => c.RegisteredBinaries.Add(Entry()), revision: "older");
        Assert.Equal(AdminResponse.Conflict, response.Status);
        Assert.Null(_authority.Asked);
        Assert.Empty(Records());
    }

    // The person agreed to a change of what was there then, not of what is there now.
    [Fact]
    public async Task ApplyAsync_PolicyChangesWhileThePersonIsAsked_IsAConflictAndTheOtherChangeStays()
    {
        _authority.Meanwhile = () => ConfigFile.At(ConfigPath).Update(c =>
        {
            c.RegisteredBinaries.Add(Entry('b'));
            return true;
        });
        AdminResponse response = await ApplyAsync(c => c.RegisteredBinaries.Add(Entry()));
        Assert.Equal(AdminResponse.Conflict, response.Status);
        Assert.Equal(Hashes.Of('b'), Assert.Single(Stored.RegisteredBinaries).Hash);
        Assert.Equal("config_not_written", Records()[^1].Reason);
    }

    [Fact]
    public async Task ApplyAsync_PluginsAndLimits_AreNotTheUsersToSet()
    {
        await ApplyAsync(c =>
        {
            c.RegisteredBinaries.Add(Entry());
            c.Plugins = new PluginsSection { Store = "store-evil" };
            c.Limits = new LimitsSection { MaxConnections = 100_000 };
        });
        Assert.Null(Stored.Plugins);
        Assert.Null(Stored.Limits);
        Assert.Single(Stored.RegisteredBinaries);
    }

    [Fact]
    public async Task ApplyAsync_ManyPrograms_AreCountedFirst()
    {
        await ApplyAsync(c =>
        {
            c.RegisteredBinaries.Add(Entry());
            c.RegisteredBinaries.Add(Entry('b'));
        });
        Assert.StartsWith("2 programs: ", _authority.Change, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApplyAsync_MoreEntriesThanAnybodyApproves_FailsAndNobodyIsAsked()
    {
        AdminResponse response = await ApplyAsync(c => c.RegisteredBinaries.AddRange(Enumerable.Range(0, 2001).Select(_ => Entry())));
        Assert.Equal(ResponseStatus.Error, response.Status);
        Assert.Null(_authority.Asked);
    }

    [Fact]
    public async Task ApplyAsync_NothingDiffers_AsksNobody()
    {
        Assert.Equal(ResponseStatus.Success, (await ApplyAsync(_ => { })).Status);
        Assert.Null(_authority.Asked);
    }

    private async Task<UserScope> ScopeAsync() => _scope ??= (await _factory.OpenAsync(Alice, CancellationToken.None))!;

    private async Task<AdminResponse> ApplyAsync(Action<ConfigDocument> change, string command = "register", string? revision = null, uint asker = Alice)
    {
        UserScope scope = await ScopeAsync();
        ConfigDocument config = Stored;
        revision ??= PolicyRevision.Of(config);
        change(config);
        var request = new AdminRequest { Action = AdminAction.Update, Command = command, Config = config, Revision = revision };
        using var peer = new PeerCredentials { ProcessId = Environment.ProcessId, UserId = asker };
        return await new PolicyUpdate(_authority).ApplyAsync(new AdminCall(peer, scope, scope, request), TestContext.Current.CancellationToken);
    }

    private List<AuditRecord> Records()
    {
        string log = _factory.FileOf(Alice, "audit.log");
        return File.Exists(log) ? [.. AuditReader.Lines(log).Select(l => AuditReader.Parse(l.Line)!)] : [];
    }

    private static BinaryEntry Entry(char digit = 'a') => new() { Path = Tool, Hash = Hashes.Of(digit) };

    /// <summary>A person who answers as the test wants.</summary>
    private sealed class FakeAuthority : IAuthority
    {
        internal string? Refusal { get; set; }

        internal Action Meanwhile { get; set; } = () => { };

        internal AuthorityAction? Asked { get; private set; }

        internal string Change { get; private set; } = "";

        public Task<string?> FindRefusalAsync(PeerCredentials peer, AuthorityAction action, string change, CancellationToken cancellationToken)
        {
            Asked = action;
            Change = change;
            Meanwhile();
            return Task.FromResult(Refusal);
        }
    }
}
