using System.Buffers.Binary;
using System.Text;
using static Interop;

namespace KeychainAuth.Plugins.VerifyMacOS.Processes;

/// <summary>A process's arguments, for a person to read. The process may have rewritten them: never evidence by itself.</summary>
internal static class CommandLine
{
    // Longer ones than this are cut: sysctl(3) gives the beginning of what fits.
    private const int MaxBytes = 64 * 1024;

    /// <summary>The arguments separated by NUL; null where they cannot be read.</summary>
    public static string? Read(int processId)
    {
        byte[] buffer = new byte[MaxBytes];
        int count = LibSystem.ProcArgs(processId, buffer);
        return count < 0 ? null : Parse(buffer.AsSpan(0, count));
    }

    /// <summary>Takes KERN_PROCARGS2 apart: a count, the path, NULs, then that many arguments; the environment follows.</summary>
    public static string? Parse(ReadOnlySpan<byte> answer)
    {
        if (answer.Length <= sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(answer) is var wanted && wanted <= 0)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = answer[sizeof(int)..];
        int pathEnd = rest.IndexOf((byte)0);
        int first = pathEnd < 0 ? -1 : rest[pathEnd..].IndexOfAnyExcept((byte)0);
        if (first < 0)
        {
            return null;
        }

        rest = rest[(pathEnd + first)..];
        int length = 0;
        for (int seen = 0; seen < wanted && length < rest.Length; seen++)
        {
            int end = rest[length..].IndexOf((byte)0);
            length = end < 0 ? rest.Length : length + end + 1;
        }

        // Whatever was cut off stays out, and so does the environment.
        return Encoding.UTF8.GetString(rest[..length].TrimEnd((byte)0));
    }
}
