using FsCheck.Xunit;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Plugin;
using static KeychainAuth.Tests.Daemon.Plugins.Candidates;

namespace KeychainAuth.Tests.Daemon.Plugins;

public sealed class PluginSelectorTests
{
    [Fact]
    public void Select_SeveralFit_TakesTheHighestPriority()
    {
        PluginSelection selection = SelectStore(Linux(), null, Store("a", priority: 1), Store("b", priority: 3), Store("c", priority: 2));
        Assert.Null(selection.Fault);
        Assert.Equal("b", selection[PluginKind.Store].FolderName);
        Assert.Equal("b comes first (priority 3).", Verdict(selection, "a").Reason);
        Assert.Equal(PluginOutcome.PassedOver, Verdict(selection, "c").Outcome);
    }

    [Fact]
    public void Select_EqualPriority_TakesTheFirstIdInOrdinalOrder()
    {
        PluginSelection selection = SelectStore(Linux(), null, Store("store-z"), Store("store-b"), Store("store-a1"), Store("store-a-"));
        Assert.Equal("store-a-", selection[PluginKind.Store].FolderName);
    }

    [Property]
    public bool Select_AnyOrderOfDiscovery_TakesTheSame(int[] priorities)
    {
        PluginCandidate[] stores = [.. (priorities ?? []).Select((priority, i) => Store($"store-{i}", priority))];
        PluginSelection forwards = SelectStore(Linux(), null, stores);
        PluginSelection backwards = SelectStore(Linux(), null, [.. stores.Reverse()]);
        return forwards.Verdicts.SequenceEqual(backwards.Verdicts)
            && (stores.Length == 0 ? forwards.Fault is not null : forwards[PluginKind.Store].Manifest!.Priority == stores.Max(s => s.Manifest!.Priority));
    }

    [Theory]
    [InlineData("desktop", true, "desktop", "display")]
    [InlineData("desktop", false, "headless")]
    [InlineData("!desktop", true, "headless")]
    [InlineData("!desktop", false, "desktop", "display")]
    [InlineData("display,dbus-session", false, "display")]
    [InlineData("display,dbus-session", true, "display", "dbus-session")]
    [InlineData("display,!wsl", false, "display", "wsl")]
    [InlineData("Display", false, "display")]
    public void Select_RequiredMarkers_DecideWhetherItFits(string requires, bool fits, params string[] markers)
    {
        PluginSelection selection = SelectStore(Linux(markers), null, Store("store-x", requires: requires));
        Assert.Equal(fits, selection.Fault is null);
        Assert.Equal(fits ? PluginOutcome.Taken : PluginOutcome.PassedOver, Verdict(selection, "store-x").Outcome);
    }

    [Fact]
    public void Select_MarkerMissing_SaysWhichOne()
    {
        PluginSelection selection = SelectStore(Linux("headless"), null, Store("store-x", requires: "display"), Store("store-y", requires: "!headless"));
        Assert.Equal("It needs 'display', which is not here.", Verdict(selection, "store-x").Reason);
        Assert.Equal("It is not for an environment with 'headless'.", Verdict(selection, "store-y").Reason);
        Assert.Contains("'store-x': It needs 'display'", selection.Fault, StringComparison.Ordinal);
        Assert.Contains("--store ID or plugins.store in config.json", selection.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_OtherOperatingSystem_IsPassedOverWithTheReason()
    {
        PluginSelection selection = SelectStore(Linux(), null, Store("store-credman", priority: 100, systems: "windows"), Store("store-file"));
        Assert.Equal("store-file", selection[PluginKind.Store].FolderName);
        Assert.Equal("It is for windows, this is linux.", Verdict(selection, "store-credman").Reason);
    }

    [Fact]
    public void Select_ChosenByAPerson_BypassesPriorityAndMarkers()
    {
        PluginSelection selection = SelectStore(Linux("display", "desktop"), "store-file", Store("store-secretservice", priority: 100), Store("store-file", requires: "!desktop"));
        Assert.Null(selection.Fault);
        Assert.Equal("store-file", selection[PluginKind.Store].FolderName);
        Assert.Equal("Chosen by a person.", Verdict(selection, "store-file").Reason);
        Assert.Equal("store-file was chosen by a person.", Verdict(selection, "store-secretservice").Reason);
    }

    [Fact]
    public void Select_ChosenForAnotherSystem_IsAFault()
    {
        PluginSelection selection = SelectStore(Linux(), "store-credman", Store("store-credman", systems: "windows"), Store("store-file"));
        Assert.Equal("The chosen store plugin 'store-credman' does not fit: It is for windows, this is linux.", selection.Fault);
        Assert.DoesNotContain(selection.Verdicts, v => v.Candidate.Manifest!.Kind == PluginKind.Store && v.Outcome == PluginOutcome.Taken);
    }

    [Fact]
    public void Select_ChosenButBroken_IsAFaultWithTheDefect()
    {
        PluginSelection selection = SelectStore(Linux(), "store-x", Store("store-x", defect: "It is damaged."), Store("store-file"));
        Assert.Equal("The chosen store plugin 'store-x' is refused: It is damaged.", selection.Fault);
    }

    [Fact]
    public void Select_ChosenButAbsent_NamesIt() =>
        Assert.Equal("The chosen store plugin 'store-y' was not found.", SelectStore(Linux(), "store-y", Store("store-file")).Fault);

    [Fact]
    public void Select_ChosenOfAnotherKind_SaysSo() => Assert.Equal(
        "The chosen store plugin 'verify-linux' is not a store plugin.", SelectStore(Linux(), "verify-linux", Store("store-file")).Fault);

    [Fact]
    public void Select_WinnerIsBroken_StopsRatherThanSlips()
    {
        PluginSelection selection = SelectStore(Linux(), null, Store("store-vault", priority: 10, defect: "It is damaged."), Store("store-file"));
        Assert.Equal("The store plugin 'store-vault' is refused: It is damaged.", selection.Fault);
        Assert.Equal(PluginOutcome.PassedOver, Verdict(selection, "store-file").Outcome);
    }

    [Fact]
    public void Select_LoserIsBroken_ChangesNothing()
    {
        PluginSelection selection = SelectStore(Linux(), null, Store("store-vault", priority: 10), Store("store-file", defect: "It is damaged."));
        Assert.Null(selection.Fault);
        Assert.Equal(PluginOutcome.Refused, Verdict(selection, "store-file").Outcome);
    }

    [Fact]
    public void Select_BrokenOneIsNotForThisMachine_TheFaultNamesTheBrokenWinner()
    {
        PluginSelection selection = SelectStore(
            Linux("headless"),
            null,
            Store("store-secretservice", priority: 100, requires: "desktop", defect: "It is damaged."),
            Store("store-file", defect: "It is writable by others."));
        Assert.Equal("The store plugin 'store-file' is refused: It is writable by others.", selection.Fault);
    }

    [Fact]
    public void Select_OnlyABrokenOneForOtherMachines_SaysThatNoneFits()
    {
        PluginSelection selection = SelectStore(Linux("headless"), null, Store("store-x", requires: "desktop", defect: "It is damaged."));
        Assert.StartsWith("No store plugin fits this machine ('store-x': It is damaged.; on this machine it would be 'store-file')", selection.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_UnreadableManifest_StopsBecauseItMayHaveBeenTheWinner()
    {
        PluginCandidate unreadable = Unreadable();
        PluginSelection selection = SelectStore(Linux(), null, Store("store-file"), unreadable);
        Assert.Contains("'store-vault'", selection.Fault, StringComparison.Ordinal);
        Assert.Contains("is not a .NET assembly", selection.Fault, StringComparison.Ordinal);
        Assert.Equal(PluginOutcome.Refused, Verdict(selection, "store-vault").Outcome);
    }

    [Fact]
    public void Select_UnreadableManifestAndEverythingChosen_StartsAllTheSame()
    {
        PluginSelection selection = PluginSelector.Select(
            [Of(PluginKind.Transport, "t"), Of(PluginKind.Verifier, "v"), Store("s"), Unreadable()], Linux(), new PluginOverrides("t", "v", "s"));
        Assert.Null(selection.Fault);
    }

    [Fact]
    public void Select_NothingFound_NamesWhatIsMissing()
    {
        Assert.Equal(
            "No transport plugin fits this machine (none was found; on this machine it would be 'transport-uds'). Install one, or choose one on purpose with --transport ID or plugins.transport in config.json.",
            PluginSelector.Select([], Linux(), NoOverrides).Fault);
        Assert.Contains("'verify-linux'", PluginSelector.Select([Of(PluginKind.Transport, "t")], Linux(), NoOverrides).Fault, StringComparison.Ordinal);
        PluginCandidate[] noStore = [Of(PluginKind.Transport, "t"), Of(PluginKind.Verifier, "v")];
        Assert.Contains("'store-file'", PluginSelector.Select(noStore, Linux("headless"), NoOverrides).Fault, StringComparison.Ordinal);
        Assert.Contains("'store-secretservice'", PluginSelector.Select(noStore, Linux("desktop"), NoOverrides).Fault, StringComparison.Ordinal);
    }

    private static PluginCandidate Unreadable() => new()
    {
        FolderName = "store-vault",
        Folder = "/plugins/store-vault",
        Defect = "/plugins/store-vault/store-vault.dll is not a .NET assembly.",
        HasAssembly = true,
    };

    private static PluginVerdict Verdict(PluginSelection selection, string id) => Assert.Single(selection.Verdicts, v => v.Candidate.FolderName == id);
}
