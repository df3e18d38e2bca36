using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Executables;

/// <summary>One pass over a file: its hash, and the marks that runtimes leave in their executables.</summary>
/// <param name="Digest">SHA-256, 64 lower-case hexadecimal digits.</param>
/// <param name="Marks">What was recognised.</param>
internal readonly record struct ContentScan(string Digest, ContentMarks Marks)
{
    private const int ChunkBytes = 256 * 1024;

    // An offset of eight bytes stands before the first mark, a colon and a digit behind the second.
    private const int OffsetBytes = 8;
    private const int SwitchBytes = 2;

    // Put together at run time: written out in one piece they would be found in this very program.
    private static readonly byte[] BundleMark = Convert.FromHexString(string.Concat(
        "8b1202b96a612038727b930214d7a032", "13f5b9e6efae3318ee3b2dce24b36aae"));

    private static readonly byte[] NodeMark = [.. "NODE_SEA_"u8, .. "FUSE_fce680ab2cc467b6e072b8b5df1996b2"u8];

    private static readonly int Overlap = Math.Max(OffsetBytes + BundleMark.Length, NodeMark.Length + SwitchBytes) - 1;

    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static ContentScan Of(SafeFileHandle file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[Overlap + ChunkBytes];
        ContentMarks marks = ContentMarks.None;
        long position = 0;
        int kept = 0;
        while (true)
        {
            int count = RandomAccess.Read(file, buffer.AsSpan(kept, ChunkBytes), position);
            if (count == 0)
            {
                return new ContentScan(Convert.ToHexStringLower(hash.GetCurrentHash()), marks);
            }

            hash.AppendData(buffer, kept, count);
            Span<byte> window = buffer.AsSpan(0, kept + count);
            marks |= FindBundle(window) | FindNode(window);
            position += count;
            kept = Math.Min(Overlap, window.Length);
            window[^kept..].CopyTo(buffer);
        }
    }

    // The host's builder writes the position of the bundled application in front of the mark; zero means there is none.
    private static ContentMarks FindBundle(ReadOnlySpan<byte> window)
    {
        int index = window.IndexOf(BundleMark);
        if (index < OffsetBytes)
        {
            return ContentMarks.None;
        }

        return window.Slice(index - OffsetBytes, OffsetBytes).ContainsAnyExcept((byte)0)
            ? ContentMarks.DotNetBundle
            : ContentMarks.DotNetAppHost;
    }

    // node ships with ":0" behind the mark; whoever puts an application into it turns that into ":1".
    private static ContentMarks FindNode(ReadOnlySpan<byte> window)
    {
        int index = window.IndexOf(NodeMark);
        if (index < 0)
        {
            return ContentMarks.None;
        }

        ReadOnlySpan<byte> rest = window[(index + NodeMark.Length)..];
        if (rest.StartsWith(":1"u8))
        {
            return ContentMarks.NodeApplication;
        }

        return rest.StartsWith(":0"u8) ? ContentMarks.Node : ContentMarks.None;
    }
}
