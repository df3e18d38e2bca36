using System.Diagnostics;
using System.Text;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Paths;
using KeychainAuth.Daemon.Sealing;

namespace KeychainAuth.Daemon.Keys;

/// <summary>
/// Where the machine's master keys lie: as credentials that systemd opens for the service alone, sealed
/// (<c>/etc/credstore.encrypted</c>) or as root-only files (<c>/etc/credstore</c>), with a drop-in of the unit that
/// names those that are there. Root's alone; every file is replaced as a whole.
/// </summary>
/// <param name="root">Prefix of all paths, for tests; <c>/</c> otherwise.</param>
internal sealed class MasterKeyPlace(string root)
{
    /// <summary>A root-only file instead of a sealed credential.</summary>
    internal const string Unsealed = "none";

    /// <summary>What a key can be sealed with; the first is the default: TPM2 where there is one, and the host key.</summary>
    internal static readonly string[] Sealings = ["auto", "tpm2", "host", "host+tpm2", Unsealed];

    private const int MaxBytes = 64 * 1024;

    internal string DropIn { get; } = Below(root, SystemPaths.CredentialsDropIn);

    /// <summary>Where a key lies.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="MasterKeyException">It lies in two places.</exception>
    internal string? Find(string name)
    {
        string[] found = [.. new[] { SealedPath(name), PlainPath(name) }.Where(Path.Exists)];
        return found.Length < 2
            ? found.SingleOrDefault()
            : throw new MasterKeyException($"There are two keys where one is meant, {found[0]} and {found[1]}: move away the one that is not in use.");
    }

    internal bool IsSealed(string path) => path.StartsWith(Below(root, SystemPaths.SealedCredentials) + "/", StringComparison.Ordinal);

    /// <summary>Reads a key.</summary>
    /// <returns>Null where there is none; the caller disposes it.</returns>
    /// <exception cref="MasterKeyException">It is there and cannot be had.</exception>
    internal SealingKey? Read(string name)
    {
        if (Find(name) is not { } path)
        {
            return null;
        }

        if (!IsSealed(path))
        {
            return KeyFile.Read(path);
        }

        byte[] credential = PrivateFile.ReadAllBytes(path, MaxBytes) ?? throw new MasterKeyException($"{path} is gone.");
        return CredentialSealer.Open(credential, name);
    }

    /// <summary>Writes a key, and then removes the one that lies in the other place.</summary>
    /// <exception cref="MasterKeyException">It could not be sealed. What was there is there.</exception>
    /// <exception cref="IOException">It could not be written. What was there is there.</exception>
    internal void Write(string name, SealingKey key, string sealing)
    {
        if (sealing == Unsealed)
        {
            PrivateDirectory.Ensure(Path.GetDirectoryName(PlainPath(name))!);
            PrivateFile.Replace(PlainPath(name), key.Bytes);
            Delete(SealedPath(name));
        }
        else
        {
            byte[] credential = CredentialSealer.Seal(key, name, sealing);
            using (SealingKey again = CredentialSealer.Open(credential, name))
            {
                // A key that is written and does not open again would take every secret with it.
                if (again.Id != key.Id)
                {
                    throw new MasterKeyException($"{name} was sealed and opened as another key: nothing was written.");
                }
            }

            PrivateDirectory.Ensure(Path.GetDirectoryName(SealedPath(name))!);
            PrivateFile.Replace(SealedPath(name), credential);
            Delete(PlainPath(name));
        }
    }

    internal void Remove(string name)
    {
        Delete(SealedPath(name));
        Delete(PlainPath(name));
    }

    /// <summary>Makes the unit hand over the keys that are there, from the service's next start on.</summary>
    internal void UpdateUnit()
    {
        var text = new StringBuilder("# Written by 'keychain-auth key'. The service gets its keys from here.\n[Service]\n");
        foreach (string name in (string[])[MasterKeys.CurrentName, MasterKeys.PreviousName])
        {
            if (Find(name) is { } path)
            {
                text.Append(IsSealed(path) ? "LoadCredentialEncrypted=" : "LoadCredential=").Append(name).Append(":/").Append(Path.GetRelativePath(root, path)).Append('\n');
            }
        }

        Directory.CreateDirectory(Path.GetDirectoryName(DropIn)!);
        PrivateFile.Replace(DropIn, Encoding.UTF8.GetBytes(text.ToString()));
        if (!OperatingSystem.IsWindows())
        {
            // No secret is in it, and systemd complains about units that only root can read.
            File.SetUnixFileMode(DropIn, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        if (root == "/" && Directory.Exists("/run/systemd/system"))
        {
            using Process reload = Process.Start(new ProcessStartInfo("/usr/bin/systemctl", ["daemon-reload"]))!;
            reload.WaitForExit();
            if (reload.ExitCode != 0)
            {
                throw new MasterKeyException("systemd did not take the change: run 'systemctl daemon-reload'.");
            }
        }
    }

    // Where the directory is missing too, File.Delete throws.
    private static void Delete(string path)
    {
        if (Path.Exists(path))
        {
            File.Delete(path);
        }
    }

    private string SealedPath(string name) => Path.Combine(Below(root, SystemPaths.SealedCredentials), name);

    private string PlainPath(string name) => Path.Combine(Below(root, SystemPaths.PlainCredentials), name);

    private static string Below(string root, string path) => Path.Combine(root, path.TrimStart('/'));
}
