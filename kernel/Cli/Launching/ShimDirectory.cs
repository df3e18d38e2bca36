using KeychainAuth.Core;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Launching;

/// <summary>The directory that a person puts first on PATH.</summary>
internal sealed class ShimDirectory(CliContext context, string? chosen)
{
    private const UnixFileMode FileMode = (UnixFileMode)0b111_101_101;

    internal string Path { get; } = chosen is null
        ? System.IO.Path.Combine(context.Paths.DataDirectory, "shims")
        : System.IO.Path.GetFullPath(chosen);

    /// <summary>Whether shells find what lies here before anything else of the same name that is a program.</summary>
    internal bool IsFirstOnPath => (context.Environment["PATH"] as string ?? "").Split(':').FirstOrDefault() == Path;

    /// <summary>All shims, by name.</summary>
    internal IReadOnlyList<Shim> All() => Directory.Exists(Path)
        ? [.. Directory.EnumerateFiles(Path).Order(StringComparer.Ordinal).Select(Shim.Read).OfType<Shim>()]
        : [];

    /// <summary>Writes a shim.</summary>
    /// <exception cref="CliException">A file of that name is there which is not ours.</exception>
    internal void Add(Shim shim)
    {
        string path = PathOf(shim.Name);
        if (System.IO.Path.Exists(path) && Shim.Read(path) is null)
        {
            throw new CliException($"{Printable.Escape(path)} is there already and is no shim: move it away, or choose another --name or --directory.");
        }

        Directory.CreateDirectory(Path);
        string temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions { Mode = System.IO.FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = FileMode;
            }

            using (var writer = new StreamWriter(temporary, options))
            {
                writer.Write(shim.Text(context.Launcher));
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Removes a shim.</summary>
    /// <exception cref="CliException">There is none of that name.</exception>
    internal Shim Remove(string name)
    {
        string path = PathOf(name);
        Shim shim = Shim.Read(path) ?? throw new CliException($"There is no shim {Printable.Escape(name)} in {Printable.Escape(Path)}: see '{ProductInfo.CommandName} shim list'.");
        File.Delete(path);
        return shim;
    }

    private string PathOf(string name) => name.Length > 0 && name is not ("." or "..") && !name.AsSpan().ContainsAny("/\0\n")
        ? System.IO.Path.Combine(Path, name)
        : throw CliException.Usage("The name of a shim is that of a file in one directory.");
}
