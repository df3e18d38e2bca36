using KeychainAuth.Core.Files;

namespace KeychainAuth.Daemon.Plugins;

/// <summary>
/// The <c>plugins.sha256</c> list of a plugin directory, in the format of sha256sum(1): a hash, two spaces, a path
/// relative to the directory. Optional beside the daemon, demanded elsewhere.
/// </summary>
internal sealed class PluginHashList
{
    private const string FileName = "plugins.sha256";
    private const int MaxBytes = 1024 * 1024;

    private readonly string _directory;
    private readonly Dictionary<string, string> _hashes;

    private PluginHashList(string directory, Dictionary<string, string> hashes)
    {
        _directory = directory;
        _hashes = hashes;
    }

    /// <returns>Null where there is no list and none is needed.</returns>
    /// <exception cref="PluginException">A list is missing, or cannot be read.</exception>
    internal static PluginHashList? Load(PluginDirectory directory)
    {
        string path = Path.Combine(directory.Path, FileName);
        try
        {
            if (ReadLines(path) is { } lines)
            {
                return new PluginHashList(directory.Path, Parse(path, lines));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PluginException($"{path} cannot be read: {e.Message}", e);
        }

        return directory.IsSystem
            ? null
            : throw new PluginException($"{directory.Path} has no {FileName}: run 'find */ -type f -exec sha256sum {{}} + > {FileName}' there once you trust what is in it.");
    }

    /// <returns>Null when the file is listed with the hash it has.</returns>
    internal string? FindFault(string file)
    {
        string relative = Path.GetRelativePath(_directory, file);
        if (!_hashes.TryGetValue(relative, out string? expected))
        {
            return $"{file} is not in {FileName}: remove it, or add it to the list once you trust it.";
        }

        return FileHash.Compute(file) == expected
            ? null
            : $"{file} has another hash than {FileName} says: put the right file back, or renew the list once you trust it.";
    }

    private static string[]? ReadLines(string path)
    {
        if (!Path.Exists(path))
        {
            return null;
        }

        // The directory was checked, but a file in it may still be open to others, or be no file at all.
        if (PluginIntegrity.FindPlainFileFault(path) is { } fault)
        {
            throw new PluginException(fault);
        }

        return new FileInfo(path).Length <= MaxBytes
            ? File.ReadAllLines(path)
            : throw new IOException("it is larger than 1 MiB.");
    }

    private static Dictionary<string, string> Parse(string path, string[] lines)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
            {
                continue;
            }

            // sha256sum marks binary mode by an asterisk in place of the second space.
            if (lines[i].Length < 67 || lines[i][64] != ' ' || lines[i][65] is not (' ' or '*'))
            {
                throw new PluginException($"{path}, line {i + 1} is not 'hash  path' as sha256sum writes it.");
            }

            hashes[lines[i][66..]] = lines[i][..64].ToLowerInvariant();
        }

        return hashes;
    }
}
