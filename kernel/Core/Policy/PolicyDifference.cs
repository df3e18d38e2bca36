using System.Globalization;
using System.Text.Json;
using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Configuration;

namespace KeychainAuth.Core.Policy;

/// <summary>
/// Says in words what would become different between two policies, from the policies alone: whoever asks for a change
/// does not get to describe it. Whatever differs is named, if only as something.
/// </summary>
internal static class PolicyDifference
{
    private static readonly HashSet<string> Described =
    [
        "path", "hash", "registered_at", "allowed_read_services", "allowed_write_services", "can_search", "allowed_targets",
        "expires_at", "protocol", "jit", "files", "interpreter", "script", "launch",
    ];

    /// <returns>One item per program that is concerned; empty when nothing differs.</returns>
    internal static IReadOnlyList<PolicyChange> Between(ConfigDocument before, ConfigDocument after)
    {
        var changes = new List<PolicyChange>();
        foreach (BinaryEntry entry in after.RegisteredBinaries)
        {
            BinaryIdentity identity = entry.Identity;
            BinaryEntry? known = before.RegisteredBinaries.Find(e => e.Names(identity))
                ?? before.RegisteredBinaries.Find(e => IsSamePlace(e, entry) && !after.RegisteredBinaries.Exists(a => a.Names(e.Identity)));
            string[] details = known is null ? ["registered", .. Describe(new BinaryEntry(), entry)] : [.. Describe(known, entry)];
            if (details.Length > 0)
            {
                changes.Add(new PolicyChange(identity, string.Join("; ", details)));
            }
        }

        changes.AddRange(before.RegisteredBinaries
            .Where(e => !after.RegisteredBinaries.Exists(a => IsSamePlace(a, e) && (a.Names(e.Identity) || !before.RegisteredBinaries.Exists(b => b.Names(a.Identity)))))
            .Select(e => new PolicyChange(e.Identity, "revoked, with all permissions")));
        AddDenied(changes, after, before, "denied: not to be asked about again");
        AddDenied(changes, before, after, "no longer denied");
        return changes;
    }

    private static void AddDenied(List<PolicyChange> changes, ConfigDocument inThis, ConfigDocument notInThat, string detail)
    {
        foreach (DeniedEntry denied in (inThis.Denied ?? []).Where(d => notInThat.Denied?.Exists(o => o.Identity == d.Identity) != true))
        {
            changes.Add(new PolicyChange(denied.Identity, detail));
        }
    }

    // The same program in another version: what lies at one path, with a script where there is one.
    private static bool IsSamePlace(BinaryEntry one, BinaryEntry other) => one.Path == other.Path && one.Script?.Path == other.Script?.Path;

    private static List<string> Describe(BinaryEntry before, BinaryEntry after)
    {
        var details = new List<string>();
        if (before.Path.Length > 0 && before.Hash != after.Hash)
        {
            details.Add($"hash was {before.Hash}, is {after.Hash}");
        }

        if (before.Script is { } script && script.Hash != after.Script!.Hash)
        {
            details.Add($"hash of the script was {script.Hash}, is {after.Script.Hash}");
        }

        AddIf(details, before.Script is null && after.Script is not null, $"with {after.Path} {after.Hash}, when launched");
        AddIf(details, before.Launch != after.Launch, after.Launch == "optional" ? "need not be launched: open to the user's other programs" : "must be launched");
        AddList(details, before.AllowedReadServices, after.AllowedReadServices, "may read", "may no longer read");
        AddList(details, before.AllowedWriteServices, after.AllowedWriteServices, "may write", "may no longer write");
        AddIf(details, before.CanSearch != after.CanSearch, after.CanSearch ? "may search" : "may no longer search");
        AddTargets(details, before, after);
        AddIf(details, before.ExpiresAt != after.ExpiresAt, after.ExpiresAt is { } end ? $"until {end.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}" : "without end");
        AddIf(details, before.Protocol != after.Protocol, after.Protocol is { } protocol ? string.Create(CultureInfo.InvariantCulture, $"protocol {protocol}") : "any protocol");
        AddIf(details, before.Jit != after.Jit, after.Jit == true ? "jit (executable memory of its own) expected" : "jit no longer expected");
        AddIf(details, before.Interpreter != after.Interpreter, after.Interpreter == true ? "accepted as an interpreter" : "no longer accepted as an interpreter");
        AddList(details, Files(before), Files(after), "code approved:", "code no longer approved:");
        AddOthers(details, before, after);
        return details;
    }

    private static void AddTargets(List<string> details, BinaryEntry before, BinaryEntry after)
    {
        foreach (string service in (before.AllowedTargets?.Keys ?? Enumerable.Empty<string>()).Union(after.AllowedTargets?.Keys ?? Enumerable.Empty<string>()))
        {
            List<string>? old = before.AllowedTargets?.GetValueOrDefault(service);
            List<string>? now = after.AllowedTargets?.GetValueOrDefault(service);
            if (now is null)
            {
                details.Add($"in {service}: all targets");
            }
            else if (old is null || !old.SequenceEqual(now))
            {
                details.Add($"in {service}: only targets {(now.Count == 0 ? "none" : string.Join(", ", now))}");
            }
        }
    }

    private static void AddList(List<string> details, IEnumerable<string> before, IEnumerable<string> after, string gained, string lost)
    {
        details.AddRange(after.Except(before).Select(item => $"{gained} {item}"));
        details.AddRange(before.Except(after).Select(item => $"{lost} {item}"));
    }

    private static void AddIf(List<string> details, bool differs, string detail)
    {
        if (differs)
        {
            details.Add(detail);
        }
    }

    private static IEnumerable<string> Files(BinaryEntry entry) => (entry.Files ?? []).Select(f => $"{f.Path} {f.Hash}");

    // Properties that have no words of their own here: a later version's, or somebody's.
    private static void AddOthers(List<string> details, BinaryEntry before, BinaryEntry after)
    {
        Dictionary<string, string> old = Others(before);
        Dictionary<string, string> now = Others(after);
        details.AddRange(old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Where(name => old.GetValueOrDefault(name) != now.GetValueOrDefault(name))
            .Select(name => $"{name}: {now.GetValueOrDefault(name) ?? "absent"}"));
    }

    private static Dictionary<string, string> Others(BinaryEntry entry) =>
        JsonSerializer.SerializeToElement(entry, AdminJsonContext.Default.BinaryEntry).EnumerateObject()
            .Where(property => !Described.Contains(property.Name))
            .ToDictionary(property => property.Name, property => property.Value.GetRawText());
}
