using KeychainAuth.Plugin;

namespace KeychainAuth.Core.Executables;

/// <summary>
/// The libraries that an executable names and that lie where the executable itself says (DT_RPATH, DT_RUNPATH), with
/// those that they name in turn: exactly the ones that are likely to be a user's own. Libraries from the system's
/// directories are the system's business. Not guaranteed to be complete (LD_LIBRARY_PATH, dlopen, glibc-hwcaps): what is
/// missed here is found at the first connection, in the running process.
/// </summary>
internal sealed class LibraryFinder
{
    private const int MaxLibraries = 512;

    private readonly Predicate<OpenedFile> _isSystemFile;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<CodeFile> _found = [];

    /// <param name="isSystemFile">Whether a file is the system's and need not be listed.</param>
    internal LibraryFinder(Predicate<OpenedFile> isSystemFile) => _isSystemFile = isSystemFile;

    /// <param name="executable">The executable.</param>
    /// <param name="image">What its ELF headers say.</param>
    /// <returns>The libraries, and the loader, that are not the system's own.</returns>
    /// <exception cref="IOException">A library cannot be read.</exception>
    /// <exception cref="InvalidDataException">A library's tables make no sense.</exception>
    internal IReadOnlyList<CodeFile> Find(OpenedFile executable, ElfImage image)
    {
        _seen.Add(executable.Path);
        if (image.Loader is { } loader && TryOpen(loader) is { } loaderFile)
        {
            using (loaderFile)
            {
                Note(loaderFile);
            }
        }

        Follow(executable.Path, image, inherited: []);
        return _found;
    }

    private void Follow(string path, ElfImage image, IReadOnlyList<string> inherited)
    {
        string origin = Path.GetDirectoryName(path)!;
        string[] own = [.. Expand(image.RPath, origin)];
        string[] passedOn = [.. own, .. inherited];
        string[] directories = image.HasRunPath ? [.. Expand(image.RunPath, origin)] : passedOn;
        foreach (string name in image.Needed)
        {
            IEnumerable<string> places = name.Contains('/', StringComparison.Ordinal)
                ? Expand([name], origin)
                : directories.Select(directory => Path.Combine(directory, name));
            foreach (string place in places)
            {
                if (TryFollow(place, image, passedOn))
                {
                    break;
                }
            }
        }
    }

    /// <returns>Whether the loader would take this file.</returns>
    private bool TryFollow(string place, ElfImage parent, IReadOnlyList<string> inherited)
    {
        using OpenedFile? file = TryOpen(place);
        if (file is null || ElfImage.Read(file.Handle) is not { } image || image.Flavour != parent.Flavour)
        {
            return false;
        }

        if (_seen.Count < MaxLibraries && _seen.Add(file.Path))
        {
            Note(file);
            Follow(file.Path, image, inherited);
        }

        return true;
    }

    private void Note(OpenedFile file)
    {
        if (!_isSystemFile(file))
        {
            _found.Add(new CodeFile(file.Path, ContentScan.Of(file.Handle).Digest, file.OwnerUserId));
        }
    }

    // A library that is absent or unreadable here is one that the loader passes over, too.
    private static OpenedFile? TryOpen(string path)
    {
        try
        {
            return File.Exists(path) ? OpenedFile.Open(path) : null;
        }
        catch (ExecutableException)
        {
            return null;
        }
    }

    // ld.so(8). Relative directories depend on where the program is started, $LIB and $PLATFORM on the machine: left out.
    private static IEnumerable<string> Expand(IEnumerable<string> directories, string origin) => directories
        .Select(d => d.Replace("${ORIGIN}", origin, StringComparison.Ordinal).Replace("$ORIGIN", origin, StringComparison.Ordinal))
        .Where(d => Path.IsPathFullyQualified(d) && !d.Contains('$', StringComparison.Ordinal));
}
