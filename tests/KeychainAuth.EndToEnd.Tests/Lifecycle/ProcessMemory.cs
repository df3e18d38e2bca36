using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.EndToEnd.Tests.Lifecycle;

/// <summary>Another process's memory, as root may read it.</summary>
[SupportedOSPlatform("linux")]
internal static class ProcessMemory
{
    private const int ChunkBytes = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Where a pattern stands, with the mapping it stands in.</summary>
    internal static List<string> Find(int processId, byte[] pattern)
    {
        string directory = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}");
        var found = new List<string>();
        using SafeFileHandle memory = File.OpenHandle($"{directory}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        foreach (string line in File.ReadAllLines($"{directory}/maps").Where(IsReadable))
        {
            string[] range = line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-');
            ulong start = ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            ulong end = ulong.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Search(memory, pattern, (long)start, (long)end, line, found);
        }

        return found;
    }

    /// <summary>The same where a pattern ought to be gone, or to go soon: looks again while it is there, for a minute.</summary>
    internal static async Task<List<string>> FindLastingAsync(int processId, byte[] pattern, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        List<string> found = Find(processId, pattern);
        while (found.Count > 0 && Stopwatch.GetElapsedTime(start) < Patience)
        {
            await Task.Delay(100, cancellationToken);
            found = Find(processId, pattern);
        }

        return found;
    }

    private static bool IsReadable(string line) =>
        line.Contains(" r", StringComparison.Ordinal) && !line.EndsWith("[vvar]", StringComparison.Ordinal) && !line.EndsWith("[vsyscall]", StringComparison.Ordinal) && !line.EndsWith("[vvar_vclock]", StringComparison.Ordinal);

    private static void Search(SafeFileHandle memory, byte[] pattern, long start, long end, string mapping, List<string> found)
    {
        byte[] chunk = new byte[ChunkBytes + pattern.Length];
        for (long at = start; at < end; at += ChunkBytes)
        {
            // Chunks overlap, so that a match across two of them is found, and once only.
            int count = Read(memory, chunk.AsSpan(0, (int)Math.Min(ChunkBytes + pattern.Length - 1, end - at)), at);
            ReadOnlySpan<byte> rest = chunk.AsSpan(0, count);
            int offset = 0;
            for (int index = rest.IndexOf(pattern); index >= 0; index = rest[offset..].IndexOf(pattern))
            {
                found.Add(string.Create(CultureInfo.InvariantCulture, $"{at + offset + index:x} in {mapping}"));
                offset += index + 1;
            }
        }
    }

    private static int Read(SafeFileHandle memory, Span<byte> buffer, long at)
    {
        int done = 0;
        try
        {
            while (done < buffer.Length)
            {
                int count = RandomAccess.Read(memory, buffer[done..], at + done);
                if (count == 0)
                {
                    break;
                }

                done += count;
            }
        }
        catch (IOException)
        {
            // A part that is mapped without being there (a guard, or gone meanwhile) holds nothing.
        }

        return done;
    }
}
