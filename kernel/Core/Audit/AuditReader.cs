using System.Text;
using System.Text.Json;

namespace KeychainAuth.Core.Audit;

/// <summary>Reads audit files as lines. A missing file reads as empty.</summary>
internal static class AuditReader
{
    /// <summary>The files of a log that exist, oldest first.</summary>
    internal static IReadOnlyList<string> Files(string path)
    {
        List<string> files = [.. AuditLog.RotatedNumbers(path).Reverse().Select(number => AuditLog.RotatedPath(path, number))];
        if (File.Exists(path))
        {
            files.Add(path);
        }

        return files;
    }

    /// <summary>The whole lines of a file without their line feeds, and whether an incomplete one follows.</summary>
    internal static IEnumerable<(byte[] Line, bool IsWhole)> Lines(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024);
        var line = new List<byte>();
        for (int next = stream.ReadByte(); next >= 0; next = stream.ReadByte())
        {
            if (next != '\n')
            {
                line.Add((byte)next);
                continue;
            }

            yield return (line.ToArray(), true);
            line.Clear();
        }

        if (line.Count > 0)
        {
            yield return (line.ToArray(), false);
        }
    }

    /// <summary>A record, or null where the line is none.</summary>
    internal static AuditRecord? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AuditJsonContext.Default.AuditRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The line as text for another program: what is no record is shown as what it is.</summary>
    internal static string AsText(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line);
}
