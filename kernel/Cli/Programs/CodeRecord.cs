using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Executables;
using KeychainAuth.Plugin;

namespace KeychainAuth.Cli.Programs;

/// <summary>What an entry says about code beside the executable.</summary>
internal static class CodeRecord
{
    /// <summary>Records what was found by looking at the file.</summary>
    /// <returns>What changed.</returns>
    internal static List<string> Add(BinaryEntry entry, ExecutableReport report, bool jit)
    {
        List<string> changes = AddJit(entry, jit || report.NeedsJit);
        foreach (CodeFile library in report.Libraries)
        {
            changes.AddRange(AddFile(entry, library.Path, BinaryIdentity.HashPrefix + library.Sha256));
        }

        return changes;
    }

    /// <summary>Records what the daemon saw in the running program.</summary>
    /// <returns>What changed.</returns>
    internal static List<string> Add(BinaryEntry entry, PendingEntry pending)
    {
        List<string> changes = AddJit(entry, pending.Jit == true);
        foreach (PendingCodeFile file in pending.Files ?? [])
        {
            changes.AddRange(AddFile(entry, file.Path, file.Hash));
        }

        return changes;
    }

    /// <summary>Hashes the listed files anew, and drops those that are gone.</summary>
    /// <returns>What changed.</returns>
    internal static List<string> Refresh(BinaryEntry entry)
    {
        var changes = new List<string>();
        foreach (CodeFileEntry listed in entry.Files?.ToArray() ?? [])
        {
            if (!File.Exists(listed.Path))
            {
                entry.Files!.Remove(listed);
                changes.Add($"{listed.Path} is gone and no longer listed");
                continue;
            }

            using OpenedFile file = OpenedFile.Open(listed.Path);
            changes.AddRange(AddFile(entry, listed.Path, BinaryIdentity.HashPrefix + ContentScan.Of(file.Handle).Digest));
        }

        return changes;
    }

    private static List<string> AddJit(BinaryEntry entry, bool jit)
    {
        if (!jit || entry.Jit == true)
        {
            return [];
        }

        entry.Jit = true;
        return ["jit (executable memory of its own) expected"];
    }

    private static IEnumerable<string> AddFile(BinaryEntry entry, string path, string hash)
    {
        entry.Files ??= [];
        CodeFileEntry? listed = entry.Files.Find(f => f.Path == path);
        if (listed?.Hash == hash)
        {
            yield break;
        }

        if (listed is null)
        {
            entry.Files.Add(new CodeFileEntry { Path = path, Hash = hash });
            yield return $"code {path} {hash}";
        }
        else
        {
            string old = listed.Hash;
            listed.Hash = hash;
            yield return $"code {path} {hash} (was {old})";
        }
    }
}
