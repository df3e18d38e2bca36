using KeychainAuth.Cli.Brokers;
using KeychainAuth.Cli.Output;
using KeychainAuth.Cli.Services;
using KeychainAuth.Core.Accounts;
using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Instance;
using KeychainAuth.Core.Paths;

namespace KeychainAuth.Cli.Diagnosis;

/// <summary>Looks at what system mode stands on, as far as a user may. Changes nothing.</summary>
internal sealed class SystemDoctor(CliContext context)
{
    private const string Reinstall = "run 'sudo keychain-auth service install --system'";

    internal IEnumerable<DoctorFinding> Examine()
    {
        yield return Account();
        foreach (InstalledFile file in InstalledFile.All)
        {
            yield return File.Exists(file.Path)
                ? new DoctorFinding(Path.GetFileName(file.Path), DoctorFinding.Good, file.Path)
                : new DoctorFinding(Path.GetFileName(file.Path), DoctorFinding.Bad, $"{file.Path} is missing: {Reinstall}");
        }

        yield return Tool("pkcheck", "nobody but root can approve anything: install polkit");
        yield return Tool("pkttyagent", "without a desktop's agent nobody but root can approve anything: install polkit");
        AdminResponse? status = null;
        string? fault = null;
        try
        {
            using var daemon = new SystemBroker(user: null);
            status = daemon.Status();
        }
        catch (AdminException e)
        {
            fault = e.Message;
        }

        yield return status?.Daemon is { } running
            ? new DoctorFinding("daemon", DoctorFinding.Good, Describe(running))
            : new DoctorFinding("daemon", DoctorFinding.Bad, fault ?? "It does not say what it is.");
        if (status is not null)
        {
            yield return new DoctorFinding("policy", DoctorFinding.Good, $"{status.Registered} registered, {status.Waiting} waiting");
            yield return status.Isolated == true
                ? new DoctorFinding("same-user isolation", DoctorFinding.Good, "yes")
                : new DoctorFinding("same-user isolation", DoctorFinding.Note, StatusText.SystemIsolationNote);
        }

        yield return Doctor.Kernel();
    }

    private static string Describe(DaemonInstance daemon) =>
        $"version {daemon.Version} runs in system mode (pid {daemon.ProcessId}; {daemon.Transport}, {daemon.Verifier}, {daemon.Store})";

    private DoctorFinding Account() => UserAccount.Find(SystemPaths.Account) is { } account
        ? new DoctorFinding("account", DoctorFinding.Good, $"{account.Name} ({account.UserId})")
        : new DoctorFinding("account", DoctorFinding.Bad, $"there is no account '{SystemPaths.Account}': {Reinstall} (from {context.ProgramDirectory})");

    private static DoctorFinding Tool(string name, string otherwise) => SystemTools.Find(name) is { } path
        ? new DoctorFinding(name, DoctorFinding.Good, path)
        : new DoctorFinding(name, DoctorFinding.Note, otherwise);
}
