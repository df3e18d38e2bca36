using System.Text;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Interpreters;
using KeychainAuth.Plugin;

namespace KeychainAuth.Core.Executables;

/// <summary>Looks at a program without running it.</summary>
/// <param name="isSystemFile">Which files are the system's own; replaced in tests.</param>
internal sealed class ExecutableInspector(Predicate<OpenedFile> isSystemFile)
{
    private const int MaxScriptLine = 256;
    private const int MaxLinks = 40;

    internal ExecutableInspector()
        : this(FileProtection.IsSystemFile)
    {
    }

    /// <param name="path">Any path to the program; links are followed.</param>
    /// <exception cref="ExecutableException">There is no regular file that can be read.</exception>
    internal ExecutableReport Inspect(string path)
    {
        string full = Path.GetFullPath(path);
        using OpenedFile file = OpenedFile.Open(full);
        try
        {
            ContentScan scan = ContentScan.Of(file.Handle);
            string? script = ReadScriptLine(file);
            (bool isElf, IReadOnlyList<CodeFile> libraries, string? fault) = FindLibraries(file);
            return new ExecutableReport
            {
                Identity = BinaryIdentity.FromDigest(scan.Digest, file.Path),
                IsExecutable = file.IsExecutable,
                IsNative = IsNative(file, isElf),
                ScriptInterpreter = script,
                Marks = scan.Marks,
                Interpreter = InterpreterDetector.Detect(Names(full, file.Path), scan.Marks, file.Path),
                Libraries = libraries,
                LibraryFault = fault,
                Exposure = FileProtection.DescribeExposure(file),
            };
        }
        catch (IOException e)
        {
            throw new ExecutableException($"{full} cannot be read: {e.Message}", e);
        }
    }

    private (bool IsElf, IReadOnlyList<CodeFile> Libraries, string? Fault) FindLibraries(OpenedFile file)
    {
        try
        {
            return ElfImage.Read(file.Handle) is { } image
                ? (true, new LibraryFinder(isSystemFile).Find(file, image), null)
                : (false, [], null);
        }
        catch (InvalidDataException e)
        {
            return (true, [], $"its libraries could not be determined ({e.Message})");
        }
    }

    private static bool IsNative(OpenedFile file, bool isElf)
    {
        if (OperatingSystem.IsWindows())
        {
            return PeImage.IsProgram(file.Handle);
        }

        return OperatingSystem.IsMacOS() ? MachOMagic.IsIn(file.Handle) : isElf;
    }

    private static string? ReadScriptLine(OpenedFile file)
    {
        byte[] start = new byte[MaxScriptLine];
        ReadOnlySpan<byte> text = start.AsSpan(0, RandomAccess.Read(file.Handle, start, 0));
        if (!text.StartsWith("#!"u8))
        {
            return null;
        }

        text = text[2..];
        int end = text.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]).Trim();
    }

    /// <summary>Every name on the way from the path that was given to the file: a link may say more than its target.</summary>
    private static List<string> Names(string given, string canonical)
    {
        var names = new List<string> { Path.GetFileName(canonical) };
        string? at = given;
        for (int hop = 0; at is not null && hop < MaxLinks; hop++)
        {
            names.Add(Path.GetFileName(at));
            at = File.ResolveLinkTarget(at, returnFinalTarget: false)?.FullName;
        }

        return names;
    }
}
