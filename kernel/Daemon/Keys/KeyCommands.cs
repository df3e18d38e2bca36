using System.Text.Json;
using KeychainAuth.Core.Files;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Keys;

/// <summary>
/// <c>keychain-auth key</c>: what root does with the machine's master key. It runs as a short-lived process of its own,
/// so that the daemon that serves programs neither parses exports nor loads the library that derives keys from passphrases.
/// </summary>
/// <param name="place">Where master keys lie.</param>
/// <param name="users">Users' key files.</param>
/// <param name="time">The clock.</param>
/// <param name="output">For people, or for a program that reads JSON.</param>
/// <param name="record">Records a deed in the system's log; returns why it could not.</param>
internal sealed class KeyCommands(MasterKeyPlace place, UserKeyFiles users, TimeProvider time, TextWriter output, Func<string, string?> record)
{
    private const int MaxExportBytes = 64 * 1024;
    private const string Restart = "Restart the service to put it to use: systemctl restart keychain-auth.service";

    /// <summary>What an export costs to guess at.</summary>
    internal Argon2Cost Cost { get; init; } = Argon2Cost.Default;

    /// <summary>Carries out one command.</summary>
    /// <exception cref="MasterKeyException">It could not be done; the message says how far it came.</exception>
    /// <exception cref="IOException">A file could not be read or written.</exception>
    internal void Run(KeyCommandOptions options)
    {
        switch (options.Verb)
        {
            case "init":
                Init(options.WithKey);
                break;
            case "status":
                Status(options.Json);
                break;
            case "rotate-master":
                RotateMaster(options.WithKey);
                break;
            case "forget-previous":
                ForgetPrevious();
                break;
            case "export":
                Export(options.File, options.PassphraseDescriptor);
                break;
            default:
                Import(options.File, options.PassphraseDescriptor, options.WithKey);
                break;
        }
    }

    /// <summary>Makes the master key where there is none. Does nothing where there is one.</summary>
    internal void Init(string withKey)
    {
        if (place.Find(MasterKeys.CurrentName) is { } path)
        {
            place.UpdateUnit();
            output.WriteLine($"There is a master key already: {path}.");
            return;
        }

        // Users' keys without a master key: a new one would open none of them, and hide what is wrong.
        if (users.Read() is { Count: > 0 } existing)
        {
            throw new MasterKeyException($"{existing.Count} users have keys that are wrapped by a master key which is not here ({string.Join(", ", existing.SelectMany(user => user.WrappedBy).Distinct())}): bring it back with 'keychain-auth key import'.");
        }

        using SealingKey key = SealingKey.Generate();
        place.Write(MasterKeys.CurrentName, key, withKey);
        place.UpdateUnit();
        Record($"master key {key.Id} made ({place.Find(MasterKeys.CurrentName)})");
        output.WriteLine($"Master key {key.Id} is in {place.Find(MasterKeys.CurrentName)}. Keep an export of it elsewhere ('keychain-auth key export FILE'): without it nothing opens when this machine is gone.");
    }

    /// <summary>Makes a new master key; the one before stays until no user's keys need it.</summary>
    /// <param name="withKey">What to seal it with.</param>
    /// <param name="afterStep">For tests: called after each step, at any of which the power may be cut.</param>
    internal void RotateMaster(string withKey, Action? afterStep = null)
    {
        using SealingKey current = Require(MasterKeys.CurrentName);
        using (SealingKey? previous = place.Read(MasterKeys.PreviousName))
        {
            if (previous is not null && previous.Id != current.Id)
            {
                RequireUnused(previous.Id);
            }
        }

        // In this order the key that wraps is in one of the two places at every moment, and the unit names both.
        place.Write(MasterKeys.PreviousName, current, withKey);
        afterStep?.Invoke();
        place.UpdateUnit();
        afterStep?.Invoke();
        using SealingKey next = SealingKey.Generate();
        place.Write(MasterKeys.CurrentName, next, withKey);
        afterStep?.Invoke();
        Record($"master key {next.Id} made in place of {current.Id}");
        output.WriteLine($"Master key {next.Id} takes the place of {current.Id}. {Restart}");
        output.WriteLine("Each user's keys are wrapped anew when the user's programs next ask. When 'keychain-auth key status' shows nobody under the previous key, 'keychain-auth key forget-previous' removes it. Exports of it open old backups only: make a new one.");
    }

    /// <summary>Removes the previous master key, unless some user's keys still need it.</summary>
    internal void ForgetPrevious()
    {
        using SealingKey previous = Require(MasterKeys.PreviousName);
        using SealingKey current = Require(MasterKeys.CurrentName);
        if (previous.Id != current.Id)
        {
            RequireUnused(previous.Id);
        }

        place.Remove(MasterKeys.PreviousName);
        place.UpdateUnit();
        Record($"previous master key {previous.Id} removed");
        output.WriteLine($"The previous master key {previous.Id} is gone from this machine.");
    }

    private void Export(string file, int? descriptor)
    {
        if (Path.Exists(file))
        {
            throw new MasterKeyException($"{file} is there already: an export never replaces a file.");
        }

        using SealingKey master = Require(MasterKeys.CurrentName);
        using SecretBuffer passphrase = Passphrase.ReadNew(descriptor);
        byte[] json = KeyExport.Create(master, passphrase, Cost, time.GetUtcNow()).ToJson();
        using (SealingKey again = KeyExport.Parse(json).Open(passphrase))
        {
            if (again.Id != master.Id)
            {
                throw new MasterKeyException("The export did not open as it was made: nothing was written.");
            }
        }

        using (FileStream stream = PrivateFile.Create(file))
        {
            stream.Write(json);
            stream.Flush(flushToDisk: true);
        }

        Record($"master key {master.Id} exported to {file}");
        output.WriteLine($"Master key {master.Id} is in {file}, wrapped by the passphrase. Keep the two apart, and apart from backups of {UsersDirectory}.");
    }

    private void Import(string file, int? descriptor, string withKey)
    {
        KeyExport export = KeyExport.Parse(ReadExport(file));
        using SecretBuffer passphrase = Passphrase.Read(descriptor);
        using SealingKey imported = export.Open(passphrase);
        using SealingKey? current = ReadOrNull(MasterKeys.CurrentName);
        if (current?.Id == imported.Id)
        {
            output.WriteLine($"Master key {imported.Id} is in use here already.");
            return;
        }

        string name = MasterKeys.CurrentName;
        if (place.Find(MasterKeys.CurrentName) is not null && current is not null)
        {
            name = MasterKeys.PreviousName;
            using SealingKey? previous = ReadOrNull(name);
            if (previous is not null && previous.Id != imported.Id)
            {
                RequireUnused(previous.Id);
            }
        }

        place.Write(name, imported, withKey);
        place.UpdateUnit();
        Record($"master key {imported.Id} imported from {file} as {name}");
        output.WriteLine(name == MasterKeys.CurrentName
            ? $"Master key {imported.Id} is in use from the next start on. {Restart}"
            : $"Master key {imported.Id} opens users' keys beside {current!.Id}, which wraps them anew. {Restart}");
    }

    // Whose file it is does not matter: it opens as it was written, or not at all.
    private static byte[] ReadExport(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read);
        if (stream.Length > MaxExportBytes)
        {
            throw new MasterKeyException($"{file} is too large to be an export.");
        }

        byte[] json = new byte[stream.Length];
        stream.ReadExactly(json);
        return json;
    }

    private void Status(bool json)
    {
        var status = new KeyStatus(Describe(MasterKeys.CurrentName), Describe(MasterKeys.PreviousName), users.Read());
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(status, KeyExportJsonContext.Documents.KeyStatus));
            return;
        }

        Print("master key", status.Current);
        Print("previous master key", status.Previous);
        foreach (UserKeyStatus user in status.Users)
        {
            output.WriteLine(user.Fault is { } fault
                ? $"user {user.UserId}: {fault}"
                : $"user {user.UserId}: key {user.Current}{(user.Retiring.Count > 0 ? $", rotation under way from {string.Join(", ", user.Retiring)}" : "")}; wrapped by {string.Join(", ", user.WrappedBy)}{Missing(user, status)}");
        }
    }

    private static string Missing(UserKeyStatus user, KeyStatus status)
    {
        string[] unknown = [.. user.WrappedBy.Where(id => id != status.Current?.Id && id != status.Previous?.Id)];
        return unknown.Length == 0 ? "" : ", WHICH IS NOT HERE: bring it back with 'keychain-auth key import'";
    }

    private void Print(string what, MasterKeyStatus? key) => output.WriteLine(key switch
    {
        null => $"{what}: none",
        { Id: { } id } => $"{what}: {id} in {key.Path} ({(key.IsSealed ? "sealed by systemd" : "a root-only file")})",
        _ => $"{what}: {key.Path} does not open: {key.Fault}",
    });

    private MasterKeyStatus? Describe(string name)
    {
        if (place.Find(name) is not { } path)
        {
            return null;
        }

        try
        {
            using SealingKey? key = place.Read(name);
            return new MasterKeyStatus(path, place.IsSealed(path), key?.Id.ToString(), null);
        }
        catch (MasterKeyException e)
        {
            return new MasterKeyStatus(path, place.IsSealed(path), null, e.Message);
        }
    }

    private SealingKey Require(string name) => place.Read(name) ?? throw new MasterKeyException(name == MasterKeys.CurrentName
        ? "This machine has no master key: 'keychain-auth key init' makes one, 'keychain-auth key import FILE' brings one back."
        : "This machine has no previous master key.");

    // A key that does not open (another machine's TPM) is what an import is there to replace.
    private SealingKey? ReadOrNull(string name)
    {
        try
        {
            return place.Read(name);
        }
        catch (MasterKeyException e)
        {
            output.WriteLine($"The key that is here does not open and is replaced: {e.Message}");
            return null;
        }
    }

    private void RequireUnused(KeyId id)
    {
        string[] needing = [.. users.Read().Where(user => user.Fault is not null || user.WrappedBy.Contains(id.ToString())).Select(user => $"{user.UserId}")];
        if (needing.Length > 0)
        {
            throw new MasterKeyException($"The previous master key {id} is still needed by users {string.Join(", ", needing)}: restart the service and let one of their programs ask, or look at 'keychain-auth key status'.");
        }
    }

    private string UsersDirectory => users.DataDirectory;

    private void Record(string deed)
    {
        if (record(deed) is { } fault)
        {
            output.WriteLine($"(Not recorded in the system's log: {fault}.)");
        }
    }
}
