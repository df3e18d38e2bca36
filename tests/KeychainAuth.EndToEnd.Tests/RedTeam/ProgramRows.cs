using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Rows 6, 7 and 14: which file is it that runs.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProgramRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    [Fact]
    public async Task Row06_OwnFileMountedOverTheApprovedPath_IsNotMistaken()
    {
        (AttackResult naive, AttackResult userMode, string approved) = await TryAsync("attack-mount", [await Fixture.StrangerAsync()]);
        Stops("6", "mounts itself over the approved path, in its own namespace", naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row07_FilesChangePlacesBetweenLooks_IsNotMistaken()
    {
        async Task<(AttackResult Got, string Approved)> Attack(AttackedDaemon daemon)
        {
            string approved = await daemon.ApproveAsync(await Fixture.ApprovedAsync());
            string stranger = ProgramFile.Copy(await Fixture.StrangerAsync(), Path.Combine(Path.GetDirectoryName(approved)!, "stranger"));
            await daemon.GiveAsync(stranger);
            return (await daemon.AttackAsync(await Fixture.ProgramAsync("attack-exchange"), daemon.Daemon.Socket, TriesText, approved, stranger), approved);
        }

        // A race, and on a busy machine one that can be lost two hundred times in a row.
        AttackResult naive;
        int rounds = 0;
        do
        {
            naive = (await Attack(Naive)).Got;
        }
        while (naive.Successes == 0 && rounds++ < 10);

        (AttackResult userMode, string approved) = await Attack(UserMode);
        Stops("7a", "its file and the approved one change places all the time", naive, userMode, await HonestAsync(approved));
    }

    [Fact]
    public async Task Row07_FileSystemThatLies_IsRefused()
    {
        NeedRoot("it mounts the file system, which fusermount3 does for everybody else.");
        async Task<AttackResult> Attack(AttackedDaemon daemon)
        {
            // Registered before anything is mounted over it, so that path and hash are those of the approved program.
            long size = Math.Max(new FileInfo(await Fixture.ApprovedAsync()).Length, new FileInfo(await Fixture.StrangerAsync()).Length);
            string lying = await daemon.InstallAsync(await Fixture.ApprovedAsync(), "program", size);
            string approved = await daemon.InstallAsync(await Fixture.ApprovedAsync(), "approved", size);
            string stranger = await daemon.InstallAsync(await Fixture.StrangerAsync(), "stranger", size);
            await daemon.Daemon.CliOkAsync("register", lying, "--read", "vault");
            return await daemon.AttackFromRootAsync(
                await Fixture.ProgramAsync("attack-fuse"), daemon.Daemon.Socket, TriesText, approved, stranger, Path.GetDirectoryName(lying)!, daemon.User);
        }

        AttackResult naive = await Attack(Naive);
        int before = UserMode.Daemon.AuditRecords("filesystem_not_trusted").Count();
        AttackResult userMode = await Attack(UserMode);
        string honest = await UserMode.ApproveAsync(await Fixture.ApprovedAsync());
        Stops("7b", "a FUSE file system shows other bytes to readers than to exec", naive, userMode, await HonestAsync(honest));
        Assert.True(UserMode.Daemon.AuditRecords("filesystem_not_trusted").Count() > before, "It was refused for another reason than the file system.");
    }

    [Fact]
    public async Task Row14_ApprovedFileRewrittenInPlace_IsHashedAnew()
    {
        long size = Math.Max(new FileInfo(await Fixture.ApprovedAsync()).Length, new FileInfo(await Fixture.StrangerAsync()).Length);
        string attacker = await Fixture.ProgramAsync("attack-rewrite");
        string control = await Naive.InstallAsync(await Fixture.ApprovedAsync(), size: size);
        string stranger = await Naive.InstallAsync(await Fixture.StrangerAsync(), size: size);
        AttackResult naive;
        await using (NaiveBroker broker = await NaiveBroker.StartAsync(Fixture, control, "cached"))
        {
            naive = broker.Judge(await Naive.Daemon.RunAsync(attacker, broker.Socket, TriesText, control, stranger));
        }

        string approved = await UserMode.InstallAsync(await Fixture.ApprovedAsync(), size: size);
        stranger = await UserMode.InstallAsync(await Fixture.StrangerAsync(), size: size);
        await UserMode.Daemon.CliOkAsync("register", approved, "--read", "vault");
        CommandResult result = await UserMode.Daemon.RunAsync(attacker, UserMode.Daemon.Socket, TriesText, approved, stranger);
        int honest = result.Output.Split('\n').Count(line => line == "ok");
        Stops("14", "other bytes of the same length and times written into the file", naive, UserMode.Judge(result), (honest, Tries));
    }
}
