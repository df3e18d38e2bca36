using System.Runtime.Versioning;
using System.Text;
using FsCheck.Xunit;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using KeychainAuth.Plugins.VerifyLinux.Pins;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux.Parsing;

[SupportedOSPlatform("linux")]
public sealed class MapsReaderTests
{
    [Fact]
    public void MoveNext_KernelsOwnLines_AllFieldsRead()
    {
        MapsReader reader = new("7f0000001000-7f0000003000 r-xp 0001a000 fe:0a 247270                     /usr/bin/with space (x)\n"u8);
        Assert.True(reader.MoveNext());
        Assert.Equal(0x7f0000001000UL, reader.Current.Start);
        Assert.Equal(0x7f0000003000UL, reader.Current.End);
        Assert.True(reader.Current.Executable);
        Assert.False(reader.Current.Writable);
        Assert.Equal(new MappingIdentity(0xfe, 0x0a, 247270), reader.Current.Identity);
        Assert.Equal("/usr/bin/with space (x)", Encoding.UTF8.GetString(reader.Current.Name));
        Assert.False(reader.MoveNext());
        Assert.False(reader.IsMalformed);
    }

    [Fact]
    public void MoveNext_OwnMaps_EveryLineRead()
    {
        byte[] text = File.ReadAllBytes("/proc/self/maps");
        MapsReader reader = new(text);
        int count = 0;
        bool hasExecutable = false;
        while (reader.MoveNext())
        {
            count++;
            hasExecutable |= reader.Current.Executable && Encoding.UTF8.GetString(reader.Current.Name) == Environment.ProcessPath;
        }

        Assert.False(reader.IsMalformed);
        Assert.Equal(text.Count(character => character == '\n'), count);
        Assert.True(hasExecutable);
    }

    [Theory]
    [InlineData("7f00-7f10 r-xp 0 0:0 0")]
    [InlineData("\n")]
    [InlineData("7f10-7f00 r-xp 0 0:0 0\n")]
    [InlineData("7f00-7f00 r-xp 0 0:0 0\n")]
    [InlineData("7f00 7f10 r-xp 0 0:0 0\n")]
    [InlineData("7f00-7f10 r-x 0 0:0 0\n")]
    [InlineData("7f00-7f10 r-yp 0 0:0 0\n")]
    [InlineData("7f00-7f10 r-xq 0 0:0 0\n")]
    [InlineData("7f00-7f10 r-xp 0 00 0\n")]
    [InlineData("7f00-7f10 r-xp 0 100000000:0 0\n")]
    [InlineData("7f00-7f10 r-xp 0 0:0 99999999999999999999999\n")]
    [InlineData("7f00-7f10 r-xp 0 0:0 12x /file\n")]
    [InlineData("7f00-1ffffffffffffffff r-xp 0 0:0 0\n")]
    public void MoveNext_NotALine_Malformed(string text)
    {
        MapsReader reader = new(Encoding.UTF8.GetBytes(text));
        Assert.False(reader.MoveNext());
        Assert.True(reader.IsMalformed);
        Assert.False(reader.MoveNext());
    }

    [Property(MaxTest = 2000)]
    public void MoveNext_AnyBytes_EndsWithoutException(byte[] text) => ReadAll(text);

    /// <summary>Real lines with a byte changed, a piece cut out or a piece doubled.</summary>
    [Property(MaxTest = 2000)]
    public void MoveNext_MutatedLines_EndsWithoutException(int position, byte value, int cut)
    {
        byte[] text = "55d0c0000000-55d0c0001000 r-xp 00000000 fe:00 12                         /bin/true\n7fff00000000-7fff00021000 rw-p 00000000 00:00 0                          [stack]\n"u8.ToArray();
        int index = (int)((uint)position % (uint)text.Length);
        text[index] = value;
        ReadAll(text);
        ReadAll(text.AsSpan(0, index));
        ReadAll([.. text[index..], .. text[..(int)((uint)cut % (uint)text.Length)]]);
    }

    [Theory]
    [InlineData("r--p 0 fe:00 12 /data/file", CodeScan.Kind.Data)]
    [InlineData("rw-p 0 00:00 0 [heap]", CodeScan.Kind.Data)]
    [InlineData("r-xp 0 fe:00 12 /lib/libc.so.6", CodeScan.Kind.File)]
    [InlineData("rwxp 0 fe:00 12 /lib/libc.so.6", CodeScan.Kind.Anonymous)]
    [InlineData("r-xp 0 fe:00 12 /lib/libc.so.6 (deleted)", CodeScan.Kind.Anonymous)]
    [InlineData("r--p 0 fe:00 12 /app/App.dll", CodeScan.Kind.File)]
    [InlineData("r--p 0 fe:00 12 /app/App.DLL", CodeScan.Kind.File)]
    [InlineData("r--p 0 fe:00 12 /app/App.dll (deleted)", CodeScan.Kind.Anonymous)]
    [InlineData("r--p 0 fe:00 12 /app/App.dll.config", CodeScan.Kind.Data)]
    [InlineData("r-xp 0 00:00 0", CodeScan.Kind.Anonymous)]
    [InlineData("r-xp 0 00:00 0 [heap]", CodeScan.Kind.Anonymous)]
    [InlineData("r-xp 0 00:00 0 [stack]", CodeScan.Kind.Anonymous)]
    [InlineData("r-xp 0 00:00 0 [anon:vdso]", CodeScan.Kind.Anonymous)]
    [InlineData("r-xp 0 00:00 0 [vdso]", CodeScan.Kind.Kernel)]
    [InlineData("rwxp 0 00:00 0 [vdso]", CodeScan.Kind.Anonymous)]
    [InlineData("--xp 0 00:00 0 [vsyscall]", CodeScan.Kind.Kernel)]
    [InlineData("r-xs 0 00:01 12 /memfd:doublemapper (deleted)", CodeScan.Kind.Anonymous)]
    [InlineData("r-xs 0 00:01 12 /dev/zero (deleted)", CodeScan.Kind.Anonymous)]
    [InlineData("r-xs 0 00:01 12 /SYSV00000000 (deleted)", CodeScan.Kind.Anonymous)]
    [InlineData("r-xp 0 00:19 12 /dev/shm/code", CodeScan.Kind.Anonymous)]
    [InlineData("r-xp 0 00:0e 12 anon_inode:[thing]", CodeScan.Kind.Anonymous)]
    [InlineData("r-xp 0 fe:00 12 /lib/two\\012lines.so", CodeScan.Kind.Anonymous)]
    [InlineData("r-xp 0 fe:00 0 /lib/without-inode.so", CodeScan.Kind.Anonymous)]
    internal void Classify_Line_Kind(string line, CodeScan.Kind expected)
    {
        MapsReader reader = new(Encoding.UTF8.GetBytes($"7f00-7f10 {line}\n"));
        Assert.True(reader.MoveNext());
        Assert.Equal(expected, CodeScan.Classify(reader.Current));
    }

    private static void ReadAll(ReadOnlySpan<byte> text)
    {
        MapsReader reader = new(text);
        int lines = 0;
        while (reader.MoveNext())
        {
            lines++;
            _ = CodeScan.Classify(reader.Current);
        }

        Assert.True(lines <= text.Length);
        Assert.True(reader.IsMalformed || text.IsEmpty || text[^1] == '\n');
    }
}
