using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Accounts;
using KeychainAuth.Core.Paths;

namespace KeychainAuth.Cli.Services;

/// <summary>Puts system mode on the machine and takes it off. Each step finds out whether it has been done already.</summary>
internal sealed class SystemInstallation(TextWriter output, string programDirectory)
{
    private const string SocketUnit = "keychain-auth.socket";
    private const string ServiceUnit = "keychain-auth.service";

    private string Program => programDirectory.TrimEnd('/');

    private string Launcher => Path.Combine(Program, Launching.Launcher.FileName);

    /// <summary>Shows every file as it would be written, and changes nothing.</summary>
    internal void Print()
    {
        foreach (InstalledFile file in InstalledFile.All)
        {
            output.WriteLine($"==> {file.Path}");
            output.WriteLine(file.ContentFor(Program));
        }
    }

    /// <exception cref="CliException">A step failed; those before it stay done, and a second run goes on from there.</exception>
    internal void Install()
    {
        RequireRoot();
        ProgramTree.RequireSafe(Program);
        foreach (InstalledFile file in InstalledFile.All)
        {
            output.WriteLine($"{(file.Write(file.ContentFor(Program)) ? "wrote" : "unchanged")} {file.Path}");
        }

        CreateAccounts();
        CreateDirectories();
        GiveLauncherItsGroup();
        MakeMasterKey();
        if (SystemTools.IsSystemdRunning)
        {
            SystemTools.Run("systemctl", "daemon-reload");
            SystemTools.Run("systemctl", "enable", "--now", SocketUnit);
            SystemTools.Run("systemctl", "try-restart", ServiceUnit);
            output.WriteLine($"{SocketUnit} is enabled and listens: 'keychain-auth status' asks the daemon.");
        }
        else
        {
            output.WriteLine($"systemd does not run here, so nothing was started. Where it does: systemctl enable --now {SocketUnit}");
        }
    }

    /// <param name="purge">Also delete all users' secrets and policy, the log, the configuration and the accounts.</param>
    /// <exception cref="CliException">A step failed; a second run goes on from there.</exception>
    internal void Uninstall(bool purge)
    {
        RequireRoot();
        if (SystemTools.IsSystemdRunning)
        {
            // Not there is as good as stopped.
            _ = SystemTools.TryRun("systemctl", "disable", "--now", SocketUnit, ServiceUnit);
        }

        foreach (InstalledFile file in InstalledFile.All.Where(f => File.Exists(f.Path)))
        {
            File.Delete(file.Path);
            output.WriteLine($"removed {file.Path}");
        }

        Delete(Path.GetDirectoryName(SystemPaths.CredentialsDropIn)!);
        if (SystemTools.IsSystemdRunning)
        {
            SystemTools.Run("systemctl", "daemon-reload");
        }

        TakeLauncherItsGroup();
        Delete(SystemPaths.RuntimeDirectory);
        if (!purge)
        {
            output.WriteLine($"kept {SystemPaths.StateDirectory}, {SystemPaths.ConfigDirectory} and account {SystemPaths.Account}: --purge deletes them, and with them every user's secrets.");
            return;
        }

        Delete(SystemPaths.StateDirectory);
        Delete(SystemPaths.ConfigDirectory);
        DeleteMasterKeys();
        if (UserAccount.Find(SystemPaths.Account) is not null)
        {
            // By force: numbers are shared with containers, and userdel takes a process in one for a use of this account.
            SystemTools.Run("userdel", "--force", SystemPaths.Account);
            output.WriteLine($"removed account {SystemPaths.Account}");
        }

        // Some systems remove the account's own group with it.
        _ = SystemTools.TryRun("groupdel", SystemPaths.Account);
        _ = SystemTools.TryRun("groupdel", SystemPaths.ClientsGroup);
    }

    private void CreateAccounts()
    {
        if (SystemTools.Find("systemd-sysusers") is not null)
        {
            SystemTools.Run("systemd-sysusers", InstalledFile.Accounts.Path);
        }
        else
        {
            // 0 or "there already": the account is looked up afterwards.
            _ = SystemTools.TryRun("groupadd", "--system", SystemPaths.ClientsGroup);
            if (UserAccount.Find(SystemPaths.Account) is null)
            {
                _ = SystemTools.TryRun("groupadd", "--system", SystemPaths.Account);
                SystemTools.Run(
                    "useradd", "--system", "--gid", SystemPaths.Account, "--no-create-home",
                    "--home-dir", SystemPaths.StateDirectory, "--shell", "/usr/sbin/nologin", SystemPaths.Account);
            }
        }

        UserAccount account = UserAccount.Find(SystemPaths.Account)
            ?? throw new CliException($"The account '{SystemPaths.Account}' was not created.");
        output.WriteLine($"account {account.Name} ({account.UserId}), group {SystemPaths.ClientsGroup}");
    }

    private void CreateDirectories()
    {
        if (SystemTools.Find("systemd-tmpfiles") is not null)
        {
            SystemTools.Run("systemd-tmpfiles", "--create", InstalledFile.Directories.Path);
        }
        else
        {
            string account = SystemPaths.Account;
            SystemTools.Run("install", "-d", "-m", "0755", "-o", account, "-g", account, SystemPaths.RuntimeDirectory);
            SystemTools.Run("install", "-d", "-m", "0750", "-o", "root", "-g", account, SystemPaths.ConfigDirectory);
            SystemTools.Run("install", "-d", "-m", "0700", "-o", account, "-g", account, SystemPaths.StateDirectory);
        }

        output.WriteLine($"directories {SystemPaths.ConfigDirectory}, {SystemPaths.StateDirectory}, {SystemPaths.RuntimeDirectory}");
    }

    // Where there is one it stays, and the unit is told of it again.
    private void MakeMasterKey()
    {
        SystemTools.Run("env", "DOTNET_EnableDiagnostics=0", DaemonProgram.PathIn(Program), "key", "init");
        output.WriteLine("master key: see 'keychain-auth key status', and keep an export of it elsewhere ('keychain-auth key export FILE')");
    }

    private void DeleteMasterKeys()
    {
        string[] keys = [.. new[] { SystemPaths.SealedCredentials, SystemPaths.PlainCredentials }
            .SelectMany(directory => new[] { SystemPaths.MasterKey, SystemPaths.PreviousMasterKey }.Select(name => Path.Combine(directory, name)))];
        foreach (string key in keys.Where(File.Exists))
        {
            File.Delete(key);
            output.WriteLine($"removed {key}");
        }
    }

    // Its group before its bit: chgrp takes the bit away.
    private void GiveLauncherItsGroup()
    {
        string launcher = Launcher;
        if (!File.Exists(launcher))
        {
            throw new CliException($"{launcher} is missing, without which no program can be launched: install the whole tree.");
        }

        SystemTools.Run("chgrp", SystemPaths.ClientsGroup, launcher);
        SystemTools.Run("chmod", "2755", launcher);
        output.WriteLine($"launcher {launcher}, set-group-id {SystemPaths.ClientsGroup}");
    }

    private void TakeLauncherItsGroup()
    {
        if (File.Exists(Launcher))
        {
            SystemTools.Run("chmod", "0755", Launcher);
            SystemTools.Run("chgrp", "root", Launcher);
            output.WriteLine($"launcher {Launcher} has no group any more");
        }
    }

    private void Delete(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
            output.WriteLine($"removed {directory}");
        }
    }

    private static void RequireRoot()
    {
        if (Interop.Libc.GetEUid() != 0)
        {
            throw new CliException("System mode is root's to install and uninstall: run it with sudo.");
        }
    }
}
