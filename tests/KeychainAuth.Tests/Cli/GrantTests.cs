using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Tests.Cli;

public sealed class GrantTests : IDisposable
{
    private readonly CliHarness _cli = new();
    private readonly string _tool;

    public GrantTests()
    {
        _tool = _cli.AddProgram("tool");
        _cli.Do("register", _tool);
    }

    private BinaryEntry Entry => Assert.Single(_cli.Entries());

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Allow_ByPathAndByHash_Adds()
    {
        _cli.Do("allow", _tool, "--read", "a");
        _cli.Do("allow", Entry.Hash, "--write", "b");
        _cli.Do("allow", Entry.Hash["sha256:".Length..][..12].ToUpperInvariant(), "--search");
        Assert.Equal(["a"], Entry.AllowedReadServices);
        Assert.Equal(["b"], Entry.AllowedWriteServices);
        Assert.True(Entry.CanSearch);
        Assert.Equal(["register", "allow", "allow", "allow"], _cli.Records().Select(r => r.Reason));
    }

    [Fact]
    public void Allow_WhatItHas_ChangesAndRecordsNothing()
    {
        _cli.Do("allow", _tool, "--read", "a");
        Assert.Contains("Nothing to change", _cli.Do("allow", _tool, "--read", "a"), StringComparison.Ordinal);
        Assert.Equal(2, _cli.Records().Length);
    }

    [Fact]
    public void Allow_FirstTarget_SaysThatItLimits()
    {
        _cli.Do("allow", _tool, "--read", "a");
        Assert.Contains("from now on only in a", _cli.Do("allow", _tool, "--target", "a=x*"), StringComparison.Ordinal);
        _cli.Do("allow", _tool, "--target", "a=y=z");
        Assert.Equal(["x*", "y=z"], Entry.AllowedTargets!["a"]);
    }

    [Fact]
    public void Allow_Until_SetsAndLiftsTheEnd()
    {
        _cli.Do("allow", _tool, "--until", "2026-06-01T10:00:00.5+02:00");
        Assert.Equal(new DateTimeOffset(2026, 6, 1, 8, 0, 0, TimeSpan.Zero), Entry.ExpiresAt);
        _cli.Do("allow", _tool, "--until", "never");
        Assert.Null(Entry.ExpiresAt);
    }

    [Fact]
    public void Disallow_Grants_TakesThem()
    {
        _cli.Do("allow", _tool, "--read", "a", "--read", "b", "--write", "a", "--search");
        _cli.Do("disallow", _tool, "--read", "a", "--write", "a", "--search");
        Assert.Equal(["b"], Entry.AllowedReadServices);
        Assert.Empty(Entry.AllowedWriteServices);
        Assert.False(Entry.CanSearch);
        Assert.Contains("Nothing to change", _cli.Do("disallow", _tool, "--read", "a"), StringComparison.Ordinal);
    }

    [Fact]
    public void Disallow_LastTarget_LeavesNoneRatherThanAll()
    {
        _cli.Do("allow", _tool, "--read", "a", "--target", "a=x");
        _cli.Do("disallow", _tool, "--target", "a=x");
        Assert.Empty(Entry.AllowedTargets!["a"]);
    }

    [Fact]
    public void Disallow_Until_OnlyBringsTheEndForward()
    {
        _cli.Do("allow", _tool, "--until", "1h");
        _cli.Do("disallow", _tool, "--until", "2h");
        Assert.Equal(_cli.Time.GetUtcNow().AddHours(1), Entry.ExpiresAt);
        _cli.Do("disallow", _tool, "--until", "10m");
        Assert.Equal(_cli.Time.GetUtcNow().AddMinutes(10), Entry.ExpiresAt);
        _cli.Fail(2, "disallow", _tool, "--until", "never");
    }

    [Theory]
    [InlineData("allow")]
    [InlineData("disallow")]
    public void Grant_BadInput_ChangesNothing(string command)
    {
        _cli.Fail(2, command, _tool);
        _cli.Fail(2, command);
        _cli.Fail(1, command, "/no/such", "--read", "a");
        _cli.Fail(1, command, new string('0', 64), "--read", "a");
        _cli.Fail(2, command, "sha256:xyz", "--read", "a");
        _cli.Fail(2, command, "sha256:0123", "--read", "a");
        _cli.Fail(2, command, "", "--read", "a");
    }

    [Fact]
    public void Grant_HashOfTwoPrograms_ListsBoth()
    {
        string twin = _cli.AddProgram("twin");
        _cli.Do("register", twin);
        string complaint = _cli.Fail(1, "allow", _cli.Entries()[0].Hash, "--read", "a");
        Assert.Contains(_tool, complaint, StringComparison.Ordinal);
        Assert.Contains(twin, complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Upgrade_ChangedProgram_KeepsGrantsAndNamesBothHashes()
    {
        _cli.Do("allow", _tool, "--read", "a");
        string old = Entry.Hash;
        Assert.Contains("nothing to change", _cli.Do("upgrade", _tool), StringComparison.Ordinal);
        _cli.AddProgram("tool", "new");
        string output = _cli.Do("upgrade", _tool);
        Assert.NotEqual(old, Entry.Hash);
        Assert.Equal(["a"], Entry.AllowedReadServices);
        Assert.Contains(old, output, StringComparison.Ordinal);
        Assert.Contains(Entry.Hash, output, StringComparison.Ordinal);
        Assert.Contains(old, _cli.Records()[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Upgrade_ListedCode_IsHashedAnew()
    {
        string library = Path.Combine(_cli.Home, "lib.so");
        File.WriteAllText(library, "new");
        ConfigFile.At(_cli.Paths.ConfigFile).Update(config =>
        {
            config.RegisteredBinaries[0].Files = [new() { Path = library, Hash = Hashes.Of('a') }, new() { Path = "/gone.so", Hash = Hashes.Of('b') }];
            return true;
        });
        _cli.Do("upgrade", _tool);
        CodeFileEntry file = Assert.Single(Entry.Files!);
        Assert.Equal(library, file.Path);
        Assert.NotEqual(Hashes.Of('a'), file.Hash);
    }

    [Fact]
    public void Upgrade_BecameAScript_IsRefused()
    {
        File.WriteAllText(_tool, "#!/bin/sh\n");
        _cli.Fail(1, "upgrade", _tool);
    }

    [Fact]
    public void Upgrade_NotRegistered_NamesRegister() =>
        Assert.Contains("register", _cli.Fail(1, "upgrade", _cli.AddProgram("other", "x")), StringComparison.Ordinal);

    [Fact]
    public void Revoke_ByHash_RemovesAllAndSaysHowMany()
    {
        _cli.Do("register", _cli.AddProgram("twin"));
        Assert.StartsWith("Revoked 2 entries", _cli.Do("revoke", Entry0.Hash), StringComparison.Ordinal);
        Assert.Empty(_cli.Entries());
        Assert.Equal(["register", "register", "revoke", "revoke"], _cli.Records().Select(r => r.Reason));
        _cli.Fail(1, "revoke", _tool);
    }

    [Fact]
    public void Revoke_ProgramIsGone_WorksByItsOldPath()
    {
        File.Delete(_tool);
        _cli.Do("revoke", _tool);
        Assert.Empty(_cli.Entries());
    }

    private BinaryEntry Entry0 => _cli.Entries()[0];
}
