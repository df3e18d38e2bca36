using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Core.Executables;

/// <summary>
/// What the dynamic loader reads from an ELF file, as described in elf(5) and ld.so(8): the loader itself, the names of
/// the libraries it needs and where to look for them.
/// </summary>
internal sealed class ElfImage
{
    private const int HeaderBytes = 64;
    private const int MaxTableBytes = 16 * 1024 * 1024;
    private const int MaxProgramHeaders = 4096;

    private const int PT_LOAD = 1;
    private const int PT_DYNAMIC = 2;
    private const int PT_INTERP = 3;

    private const ulong DT_NULL = 0;
    private const ulong DT_NEEDED = 1;
    private const ulong DT_STRTAB = 5;
    private const ulong DT_STRSZ = 10;
    private const ulong DT_RPATH = 15;
    private const ulong DT_RUNPATH = 29;

    private readonly SafeFileHandle _file;
    private readonly bool _is64;
    private readonly bool _bigEndian;
    private readonly List<Segment> _segments = [];

    private ElfImage(SafeFileHandle file, bool is64, bool bigEndian)
    {
        _file = file;
        _is64 = is64;
        _bigEndian = bigEndian;
    }

    /// <summary>Class, byte order and machine: the loader passes over files that differ in it.</summary>
    internal (bool Is64, bool BigEndian, int Machine) Flavour { get; private set; }

    /// <summary>The dynamic loader; null in a library or a static program.</summary>
    internal string? Loader { get; private set; }

    internal List<string> Needed { get; } = [];

    /// <summary>DT_RPATH, passed on to the libraries below; empty when DT_RUNPATH stands beside it.</summary>
    internal IReadOnlyList<string> RPath { get; private set; } = [];

    /// <summary>DT_RUNPATH, which counts for this file's own libraries only.</summary>
    internal IReadOnlyList<string> RunPath { get; private set; } = [];

    internal bool HasRunPath { get; private set; }

    /// <returns>Null when the file is no ELF file.</returns>
    /// <exception cref="InvalidDataException">It is one, and its tables make no sense.</exception>
    internal static ElfImage? Read(SafeFileHandle file)
    {
        byte[] header = new byte[HeaderBytes];
        int count = RandomAccess.Read(file, header, 0);
        if (count < HeaderBytes || !header.AsSpan().StartsWith("\u007fELF"u8))
        {
            return null;
        }

        var image = new ElfImage(file, is64: header[4] == 2, bigEndian: header[5] == 2);
        image.Flavour = (image._is64, image._bigEndian, image.U16(header.AsSpan(18)));
        image.ReadSegments(header);
        image.ReadDynamic();
        return image;
    }

    private void ReadSegments(ReadOnlySpan<byte> header)
    {
        ulong offset = _is64 ? U64(header[32..]) : U32(header[28..]);
        int size = U16(header[(_is64 ? 54 : 42)..]);
        int number = U16(header[(_is64 ? 56 : 44)..]);
        if (number > MaxProgramHeaders || size < (_is64 ? 56 : 32))
        {
            throw new InvalidDataException("its program headers make no sense");
        }

        byte[] table = ReadAt(offset, (ulong)(size * number));
        for (int i = 0; i < number; i++)
        {
            ReadOnlySpan<byte> entry = table.AsSpan(i * size, size);
            _segments.Add(_is64
                ? new Segment(U32(entry), U64(entry[8..]), U64(entry[16..]), U64(entry[32..]))
                : new Segment(U32(entry), U32(entry[4..]), U32(entry[8..]), U32(entry[16..])));
        }
    }

    private void ReadDynamic()
    {
        if (_segments.Find(s => s.Type == PT_INTERP) is { } interpreter)
        {
            Loader = Text(ReadAt(interpreter.Offset, interpreter.FileSize));
        }

        if (_segments.Find(s => s.Type == PT_DYNAMIC) is not { } dynamic)
        {
            return;
        }

        List<(ulong Tag, ulong Value)> entries = Entries(ReadAt(dynamic.Offset, dynamic.FileSize));
        byte[] strings = ReadAt(FileOffset(ValueOf(entries, DT_STRTAB)), ValueOf(entries, DT_STRSZ));
        string StringAt(ulong index) => index < (ulong)strings.Length
            ? Text(strings.AsSpan((int)index))
            : throw new InvalidDataException("a name lies outside its string table");

        Needed.AddRange(entries.Where(e => e.Tag == DT_NEEDED).Select(e => StringAt(e.Value)));
        HasRunPath = entries.Exists(e => e.Tag == DT_RUNPATH);
        RunPath = Directories(entries, DT_RUNPATH, StringAt);
        RPath = HasRunPath ? [] : Directories(entries, DT_RPATH, StringAt);
    }

    private static string[] Directories(List<(ulong Tag, ulong Value)> entries, ulong tag, Func<ulong, string> stringAt) =>
        [.. entries.Where(e => e.Tag == tag).SelectMany(e => stringAt(e.Value).Split(':', StringSplitOptions.RemoveEmptyEntries))];

    private List<(ulong Tag, ulong Value)> Entries(ReadOnlySpan<byte> table)
    {
        var entries = new List<(ulong, ulong)>();
        int size = _is64 ? 16 : 8;
        for (; table.Length >= size; table = table[size..])
        {
            ulong tag = _is64 ? U64(table) : U32(table);
            if (tag == DT_NULL)
            {
                break;
            }

            entries.Add((tag, _is64 ? U64(table[8..]) : U32(table[4..])));
        }

        return entries;
    }

    private static ulong ValueOf(List<(ulong Tag, ulong Value)> entries, ulong tag) =>
        entries.Where(e => e.Tag == tag).Select(e => (ulong?)e.Value).FirstOrDefault()
        ?? throw new InvalidDataException("its dynamic section has no string table");

    private ulong FileOffset(ulong address) =>
        _segments.Find(s => s.Type == PT_LOAD && address >= s.Address && address - s.Address < s.FileSize) is { } segment
            ? segment.Offset + (address - segment.Address)
            : throw new InvalidDataException("its string table is not in the file");

    private byte[] ReadAt(ulong offset, ulong size)
    {
        if (size > MaxTableBytes || offset > long.MaxValue - MaxTableBytes)
        {
            throw new InvalidDataException("one of its tables is too large");
        }

        byte[] bytes = new byte[size];
        int read = 0;
        while (read < bytes.Length)
        {
            int count = RandomAccess.Read(_file, bytes.AsSpan(read), (long)offset + read);
            if (count == 0)
            {
                throw new InvalidDataException("one of its tables lies beyond the end of the file");
            }

            read += count;
        }

        return bytes;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private ushort U16(ReadOnlySpan<byte> at) =>
        _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);

    private uint U32(ReadOnlySpan<byte> at) =>
        _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);

    private ulong U64(ReadOnlySpan<byte> at) =>
        _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(at) : BinaryPrimitives.ReadUInt64LittleEndian(at);

    private sealed record Segment(uint Type, ulong Offset, ulong Address, ulong FileSize);
}
