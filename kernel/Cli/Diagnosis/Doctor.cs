using System.Runtime.InteropServices;
using KeychainAuth.Cli.Commands;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Instance;

namespace KeychainAuth.Cli.Diagnosis;

/// <summary>Looks at everything that keychain-auth stands on. Changes nothing.</summary>
internal sealed class Doctor(CliContext context, string socket)
{
    private const string YamaFile = "/proc/sys/kernel/yama/ptrace_scope";
    private const int OthersMayAnything = 0b000_111_111;

    // SO_PEERPIDFD.
    private static readonly Version PeerPidFdKernel = new(6, 5);

    internal IEnumerable<DoctorFinding> Examine()
    {
        yield return Program();
        yield return Daemon();
        yield return Place("config directory", context.Paths.ConfigDirectory, isDirectory: true);
        yield return Place("data directory", context.Paths.DataDirectory, isDirectory: true);
        if (!OperatingSystem.IsWindows())
        {
            yield return Place("socket directory", Path.GetDirectoryName(socket)!, isDirectory: true);
        }

        yield return Place("config.json", context.Paths.ConfigFile, isDirectory: false);
        yield return Place("pending.json", context.Paths.PendingFile, isDirectory: false);
        yield return Place("audit.log", context.Paths.AuditFile, isDirectory: false);
        yield return Document("policy", () => $"{ConfigFile.At(context.Paths.ConfigFile).Read().RegisteredBinaries.Count} registered");
        yield return Document("pending", () => $"{new PendingQueue(context.Paths.PendingFile, context.Time).Read().Count} waiting");
        yield return new DoctorFinding("same-user isolation", DoctorFinding.Note, StatusCommand.IsolationNote);
        if (OperatingSystem.IsLinux())
        {
            yield return Yama();
            yield return Kernel();
        }
    }

    private DoctorFinding Program() => File.Exists(DaemonProgram.PathIn(context.ProgramDirectory))
        ? new DoctorFinding("program", DoctorFinding.Good, $"the daemon lies in {context.ProgramDirectory}")
        : new DoctorFinding("program", DoctorFinding.Bad, $"the daemon is missing from {context.ProgramDirectory}: install it beside this program");

    private DoctorFinding Daemon()
    {
        try
        {
            return InstanceFile.Find(context.Paths, socket) is { } daemon
                ? new DoctorFinding("daemon", DoctorFinding.Good, $"version {daemon.Version} runs (pid {daemon.ProcessId}; {daemon.Transport}, {daemon.Verifier}, {daemon.Store})")
                : new DoctorFinding("daemon", DoctorFinding.Note, $"none runs on {socket}: start it with 'keychain-auth start'");
        }
        catch (IOException e)
        {
            return new DoctorFinding("daemon", DoctorFinding.Bad, e.Message);
        }
    }

    private static DoctorFinding Place(string name, string path, bool isDirectory)
    {
        if (OperatingSystem.IsWindows())
        {
            return WindowsPlace.Examine(name, path, isDirectory);
        }

        if (Interop.Libc.StatX(path, followLink: false, out Interop.Libc.statx_buffer status) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Interop.Errno.ENOENT
                ? new DoctorFinding(name, DoctorFinding.Good, $"{path} is not there yet")
                : new DoctorFinding(name, DoctorFinding.Bad, $"{path} cannot be looked at: {Interop.Describe(errno)}");
        }

        string mode = Convert.ToString(status.Permissions, 8).PadLeft(4, '0');
        uint self = Interop.Libc.GetEUid();
        if (status.FileType != (isDirectory ? Interop.Libc.S_IFDIR : Interop.Libc.S_IFREG))
        {
            return new DoctorFinding(name, DoctorFinding.Bad, $"{path} is a link, or not what it should be: move it away");
        }

        if (status.stx_uid != self)
        {
            return new DoctorFinding(name, DoctorFinding.Bad, $"{path} belongs to user {status.stx_uid}, not to user {self}");
        }

        if ((status.Permissions & Interop.Libc.S_ISVTX) != 0)
        {
            // Never advise to close /tmp.
            return new DoctorFinding(name, DoctorFinding.Bad, $"{path} is a directory for everybody (mode {mode}): choose one of your own below it");
        }

        return (status.Permissions & OthersMayAnything) == 0
            ? new DoctorFinding(name, DoctorFinding.Good, $"{path} (mode {mode})")
            : new DoctorFinding(name, DoctorFinding.Bad, $"{path} is open to others (mode {mode}): run 'chmod go= {path}'");
    }

    private static DoctorFinding Document(string name, Func<string> read)
    {
        try
        {
            return new DoctorFinding(name, DoctorFinding.Good, read());
        }
        catch (DocumentException e)
        {
            return new DoctorFinding(name, DoctorFinding.Bad, e.Message);
        }
    }

    private static DoctorFinding Yama()
    {
        if (!File.Exists(YamaFile))
        {
            return new DoctorFinding("ptrace", DoctorFinding.Note, "Yama is not in this kernel: your programs may trace each other");
        }

        string scope = File.ReadAllText(YamaFile).Trim();
        return scope == "0"
            ? new DoctorFinding("ptrace", DoctorFinding.Note, "Yama ptrace_scope is 0: your programs may trace each other; 1 restricts them to their children")
            : new DoctorFinding("ptrace", DoctorFinding.Good, $"Yama ptrace_scope is {scope}");
    }

    internal static DoctorFinding Kernel()
    {
        Version version = Environment.OSVersion.Version;
        return version >= PeerPidFdKernel
            ? new DoctorFinding("kernel", DoctorFinding.Good, $"{version}: names the process behind a connection by a pidfd")
            : new DoctorFinding("kernel", DoctorFinding.Note, $"{version}: before {PeerPidFdKernel} there is no pidfd of a peer; start times are compared instead, which is weaker");
    }
}
