using KeychainAuth.Core.Executables;

namespace KeychainAuth.Cli.Programs;

/// <summary>A path as a person types it, and where it leads now, if anywhere: an entry may outlive its file.</summary>
internal sealed class PathSelector
{
    private readonly string _typed;
    private readonly string? _resolved;

    internal PathSelector(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw CliException.Usage("The path must not be empty.");
        }

        _typed = Path.GetFullPath(path);
        _resolved = TryResolve(_typed);
    }

    internal bool Matches(string path) => path == _typed || path == _resolved;

    public override string ToString() => _resolved ?? _typed;

    private static string? TryResolve(string path)
    {
        try
        {
            using OpenedFile file = OpenedFile.Open(path);
            return file.Path;
        }
        catch (ExecutableException)
        {
            // Gone, or unreadable: the entry is then found by the path it was registered under.
            return null;
        }
    }
}
