namespace KeychainAuth.Cli.Services;

/// <summary>A file that system mode puts on the machine. It belongs to root and is readable for everybody.</summary>
/// <param name="Path">Where.</param>
/// <param name="Resource">The name of its template in this program.</param>
internal sealed record InstalledFile(string Path, string Resource)
{
    private const string ProgramPlaceholder = "@PROGRAM@";
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    internal static InstalledFile ServiceUnit { get; } = new("/etc/systemd/system/keychain-auth.service", "keychain-auth.service");

    internal static InstalledFile SocketUnit { get; } = new("/etc/systemd/system/keychain-auth.socket", "keychain-auth.socket");

    internal static InstalledFile Accounts { get; } = new("/etc/sysusers.d/keychain-auth.conf", "keychain-auth.sysusers.conf");

    internal static InstalledFile Directories { get; } = new("/etc/tmpfiles.d/keychain-auth.conf", "keychain-auth.tmpfiles.conf");

    internal static InstalledFile Polkit { get; } = new("/usr/share/polkit-1/actions/org.keychain-auth.policy", "org.keychain-auth.policy");

    internal static IReadOnlyList<InstalledFile> All { get; } = [Accounts, Directories, SocketUnit, ServiceUnit, Polkit];

    /// <summary>What the file holds for a daemon that lies in a directory.</summary>
    internal string ContentFor(string programDirectory)
    {
        using Stream stream = typeof(InstalledFile).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The template {Resource} is missing from this program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Replace(ProgramPlaceholder, programDirectory, StringComparison.Ordinal);
    }

    /// <summary>Puts the file there, as a whole or not at all.</summary>
    /// <returns>False when it was there with the same content.</returns>
    internal bool Write(string content)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException();
        }

        if (File.Exists(Path) && new FileInfo(Path).LinkTarget is null && File.ReadAllText(Path) == content)
        {
            File.SetUnixFileMode(Path, Mode);
            return false;
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        string temporary = Path + ".keychain-auth-new";
        File.Delete(temporary);
        File.WriteAllText(temporary, content);
        File.SetUnixFileMode(temporary, Mode);
        File.Move(temporary, Path, overwrite: true);
        return true;
    }
}
