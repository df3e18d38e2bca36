namespace KeychainAuth.Windows;

/// <summary>The two ways in which Windows writes a path. Needs no Windows.</summary>
internal static class PathForm
{
    private const string Extended = @"\\?\";
    private const string ExtendedShare = @"\\?\UNC\";

    /// <summary>A path as people write it, of one as the system returns it: <c>C:\x</c> for <c>\\?\C:\x</c>.</summary>
    /// <returns>Null where it has no such form, for a volume without a letter.</returns>
    internal static string? ToPlain(string path)
    {
        if (path.StartsWith(ExtendedShare, StringComparison.OrdinalIgnoreCase))
        {
            return @"\\" + path[ExtendedShare.Length..];
        }

        string plain = path.StartsWith(Extended, StringComparison.Ordinal) ? path[Extended.Length..] : path;
        return HasDrive(plain) || plain.StartsWith(@"\\", StringComparison.Ordinal) ? plain : null;
    }

    /// <summary>A full path in the form that has no limit of MAX_PATH and in which no name means a device.</summary>
    internal static string ToExtended(string path)
    {
        if (path.StartsWith(Extended, StringComparison.Ordinal) || path.StartsWith(@"\\.\", StringComparison.Ordinal))
        {
            return path;
        }

        return path.StartsWith(@"\\", StringComparison.Ordinal) ? ExtendedShare + path[2..] : Extended + path;
    }

    /// <summary>Whether it begins with a drive: <c>C:\</c>.</summary>
    internal static bool HasDrive(string path) => path is [(>= 'A' and <= 'Z') or (>= 'a' and <= 'z'), ':', '\\', ..];
}
