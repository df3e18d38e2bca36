using KeychainAuth.Core.Files;
using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Core.Configuration;

/// <summary>What config.json must satisfy beyond being JSON. A policy that makes no sense is refused, never guessed at.</summary>
internal static class ConfigValidation
{
    private const int MaxSignerLength = 2048;

    /// <exception cref="DocumentException">The first thing that makes no sense, in one sentence.</exception>
    internal static void Check(ConfigDocument config)
    {
        if (config.ProtocolVersion is not "1")
        {
            throw new DocumentException($"protocol_version is '{config.ProtocolVersion}'; only '1' is known.");
        }

        if (config.Unattributed is not (null or "serve" or "refuse"))
        {
            throw new DocumentException("unattributed must be 'serve' or 'refuse'.");
        }

        var seen = new HashSet<BinaryIdentity>();
        for (int i = 0; i < config.RegisteredBinaries.Count; i++)
        {
            BinaryEntry entry = config.RegisteredBinaries[i];
            CheckEntry(entry, $"registered_binaries[{i}]");

            // Which of the two would count? A person who takes a permission from one may leave it in the other.
            if (!seen.Add(entry.Identity))
            {
                throw new DocumentException($"registered_binaries[{i}]: {entry.Path} is there twice with the same hash; keep one.");
            }
        }

        foreach (DeniedEntry denied in config.Denied ?? [])
        {
            CheckIdentity(denied?.Path, denied?.Hash, "denied");
            CheckScript(denied!.Script, "denied");
        }

        CheckPlugins(config.Plugins);
        CheckLimits(config.Limits);
    }

    private static void CheckEntry(BinaryEntry? entry, string where)
    {
        CheckIdentity(entry?.Path, entry?.Hash, where);
        foreach (string service in entry!.AllowedReadServices.Concat(entry.AllowedWriteServices).Concat(entry.AllowedTargets?.Keys ?? Enumerable.Empty<string>()))
        {
            if (NameRules.CheckService(service) is { } fault)
            {
                throw new DocumentException($"{where}: {fault}");
            }
        }

        foreach ((string service, List<string> patterns) in entry.AllowedTargets ?? [])
        {
            if (patterns is null || patterns.Exists(string.IsNullOrEmpty))
            {
                throw new DocumentException($"{where}: allowed_targets of service '{service}' must be a list of non-empty patterns.");
            }
        }

        if (entry.Protocol is not (null or 1 or 2))
        {
            throw new DocumentException($"{where}: protocol must be 1 or 2.");
        }

        if (entry.Launch is not (null or "required" or "optional"))
        {
            throw new DocumentException($"{where}: launch must be 'required' or 'optional'.");
        }

        // What no launcher has started is never known to run a script, so such an entry would never match.
        if (entry is { Script: not null, Launch: "optional" })
        {
            throw new DocumentException($"{where}: a script is recognised only when it is launched, so launch cannot be 'optional'.");
        }

        CheckScript(entry.Script, $"{where}.script");

        // Empty, it would be met by nobody or, in some language of requirements, by everybody.
        if (entry.Signer is { } signer && (signer.Length is 0 or > MaxSignerLength || signer.Any(char.IsControl)))
        {
            throw new DocumentException($"{where}: signer must be a text of one line, {MaxSignerLength} characters at most.");
        }

        foreach (CodeFileEntry file in entry.Files ?? [])
        {
            CheckIdentity(file?.Path, file?.Hash, $"{where}.files");
        }
    }

    private static void CheckScript(CodeFileEntry? script, string where)
    {
        if (script is not null)
        {
            CheckIdentity(script.Path, script.Hash, where);
        }
    }

    private static void CheckIdentity(string? path, string? hash, string where)
    {
        if (path is null || !Path.IsPathFullyQualified(path))
        {
            throw new DocumentException($"{where}: path must be absolute.");
        }

        if (!BinaryIdentity.IsHash(hash))
        {
            throw new DocumentException($"{where}: hash must be 'sha256:' and 64 lower-case hexadecimal digits.");
        }
    }

    private static void CheckPlugins(PluginsSection? plugins)
    {
        foreach (string? directory in plugins?.Directories ?? [])
        {
            if (directory is null || !Path.IsPathFullyQualified(directory))
            {
                throw new DocumentException("plugins.directories must be absolute paths.");
            }
        }

        if (plugins?.Settings?.FirstOrDefault(s => s.Value is null || s.Value.ContainsValue(null!)) is { Key: not null } bad)
        {
            throw new DocumentException($"plugins.settings.{bad.Key} must be an object of strings.");
        }
    }

    private static void CheckLimits(LimitsSection? limits)
    {
        if (limits is null)
        {
            return;
        }

        Range(limits.MaxRequestBytes, "max_request_bytes", 1024, 64 * 1024 * 1024);
        Range(limits.MaxConnections, "max_connections", 8, 100_000);
        Range(limits.MaxConnectionsPerBinary, "max_connections_per_binary", 1, 100_000);
        Range(limits.RequestTimeoutSeconds, "request_timeout_seconds", 1, 3600);
        Range(limits.StoreTimeoutSeconds, "store_timeout_seconds", 1, 3600);
        Range(limits.AuditMaxBytes, "audit_max_bytes", 64 * 1024, 4L * 1024 * 1024 * 1024);
        Range(limits.AuditFiles, "audit_files", 1, 1000);
    }

    private static void Range(long? value, string name, long least, long most)
    {
        if (value < least || value > most)
        {
            throw new DocumentException($"limits.{name} must lie between {least} and {most}.");
        }
    }
}
