using System.Buffers.Binary;
using System.Runtime.Versioning;
using System.Text;
using FsCheck.Xunit;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using KeychainAuth.Plugins.VerifyLinux.Processes;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux.Parsing;

[SupportedOSPlatform("linux")]
public sealed class ProcessTextTests
{
    private const string Status = "Name:\tx\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nNSpid:\t77\nTracerPid:\t0\nThreads:\t5\n";

    [Fact]
    public void ParseStatus_AllFields_Read()
    {
        Assert.True(ProcessStatus.TryParse(Encoding.UTF8.GetBytes(Status), out ProcessStatus status));
        Assert.Equal(new ProcessStatus(0, 1, 5, 1, 2, 3, 4, 5, 6, 7, 8), status);
    }

    [Fact]
    public void ParseStatus_Own_Read()
    {
        Assert.True(ProcessStatus.TryParse(File.ReadAllBytes("/proc/self/status"), out ProcessStatus status));
        Assert.Equal(TestNative.GetEUid(), status.EffectiveUserId);
        Assert.True(status.ThreadCount > 1);
    }

    [Theory]
    [InlineData("NSpid:\t77\n", "NSpid:\t77\t1\n", 2)]
    [InlineData("NSpid:\t77\n", "NSpid:\t77\t5\t1\n", 3)]
    public void ParseStatus_NestedNamespaces_Counted(string field, string replacement, int depth)
    {
        Assert.True(ProcessStatus.TryParse(Encoding.UTF8.GetBytes(Status.Replace(field, replacement, StringComparison.Ordinal)), out ProcessStatus status));
        Assert.Equal(depth, status.NamespaceDepth);
    }

    [Theory]
    [InlineData("TracerPid:\t0\n", "")]
    [InlineData("TracerPid:\t0\n", "TracerPid:\t0\nTracerPid:\t0\n")]
    [InlineData("TracerPid:\t0\n", "TracerPid:\t\n")]
    [InlineData("TracerPid:\t0\n", "TracerPid:\t-1\n")]
    [InlineData("TracerPid:\t0\n", "TracerPid:\t0 x\n")]
    [InlineData("NSpid:\t77\n", "NSpid:\t\n")]
    [InlineData("NSpid:\t77\n", "NSpid:\t77\tx\n")]
    [InlineData("NSpid:\t77\n", "")]
    [InlineData("Uid:\t1\t2\t3\t4\n", "Uid:\t1\t2\t3\n")]
    [InlineData("Uid:\t1\t2\t3\t4\n", "Uid:\t1\t2\t3\t4294967296\n")]
    [InlineData("Gid:\t5\t6\t7\t8\n", "")]
    [InlineData("Gid:\t5\t6\t7\t8\n", "Gid:\t5\t6\t7\t8\t9\n")]
    [InlineData("Threads:\t5\n", "Threads:\t5")]
    public void ParseStatus_FieldMissingDoubledOrOdd_Fails(string field, string replacement) =>
        Assert.False(ProcessStatus.TryParse(Encoding.UTF8.GetBytes(Status.Replace(field, replacement, StringComparison.Ordinal)), out _));

    [Theory]
    [InlineData("1 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21\n", 4711UL)]
    [InlineData("1 (a) S 1 (x y) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20\n", 4711UL)]
    [InlineData("1 (a) S 1 2 3\n", null)]
    [InlineData("1 a S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20\n", null)]
    [InlineData("1 (a)S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20\n", null)]
    [InlineData("1 (a) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 x 20\n", null)]
    [InlineData("", null)]
    public void ParseStartTime_Text_FieldAfterTheLastParenthesis(string text, ulong? expected)
    {
        bool parsed = ProcessStat.TryParseStartTime(Encoding.UTF8.GetBytes(text), out ulong ticks);
        Assert.Equal(expected, parsed ? ticks : null);
    }

    [Theory]
    [InlineData("pos:\t0\nPid:\t42\nNSpid:\t42\n", 42)]
    [InlineData("Pid:\t-1\n", -1)]
    [InlineData("Pid:\t0", 0)]
    [InlineData("pos:\t0\n", null)]
    [InlineData("Pid:\t1\nPid:\t1\n", null)]
    [InlineData("Pid:\t1x\n", null)]
    [InlineData("Pid:\t99999999999\n", null)]
    public void ParsePidFdInfo_Text_NumberOrNothing(string text, int? expected)
    {
        bool parsed = PidFdInfo.TryParseProcessId(Encoding.UTF8.GetBytes(text), out int processId);
        Assert.Equal(expected, parsed ? processId : null);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void FindInVector_EitherWordSize_Found(int size)
    {
        byte[] vector = Vector(size, (33, 0x7000), (6, 4096), (0, 0), (7, 1));
        Assert.True(AuxiliaryVector.IsWellFormed(vector));
        Assert.True(AuxiliaryVector.TryFind(vector, AuxiliaryVector.AT_SYSINFO_EHDR, out ulong value));
        Assert.Equal(0x7000UL, value);
        Assert.False(AuxiliaryVector.TryFind(vector, 7, out _), "Nothing follows the end mark.");
    }

    [Fact]
    public void IsWellFormed_NoVector_False()
    {
        Assert.False(AuxiliaryVector.IsWellFormed([]));
        Assert.False(AuxiliaryVector.IsWellFormed(new byte[64]));
        Assert.False(AuxiliaryVector.IsWellFormed(Vector(8, (6, 4097))));
        Assert.True(AuxiliaryVector.IsWellFormed(File.ReadAllBytes("/proc/self/auxv")));
    }

    [Property(MaxTest = 2000)]
    public void Parse_AnyBytes_NoException(byte[] text)
    {
        _ = ProcessStatus.TryParse(text, out _);
        _ = ProcessStat.TryParseStartTime(text, out _);
        _ = PidFdInfo.TryParseProcessId(text, out _);
        _ = AuxiliaryVector.TryFind(text, 33, out _);
        _ = MountInfoLine.Parse(Encoding.Latin1.GetString(text))?.OverlayLayers();
    }

    [Property(MaxTest = 2000)]
    public void ParseStatus_MutatedText_NoException(int position, byte value)
    {
        byte[] text = Encoding.UTF8.GetBytes(Status);
        int index = (int)((uint)position % (uint)text.Length);
        text[index] = value;
        _ = ProcessStatus.TryParse(text, out _);
        Assert.False(ProcessStatus.TryParse(text.AsSpan(0, index), out _));
    }

    [Theory]
    [InlineData(0x7ffffffff000UL, true)]
    [InlineData(0x1000000000000UL, true)]
    [InlineData(0x7ffd3c5f2000UL, false)]
    public void IsTopOfAddressSpace_StackEnd_RecognisesTheTop(ulong end, bool expected) =>
        Assert.Equal(expected, AddressLayout.IsTopOfAddressSpace(end));

    [Fact]
    public void ParseMount_Overlay_LayersUnescaped()
    {
        MountInfoLine? mount = MountInfoLine.Parse(
            @"36 35 0:29 / /merged\040here rw,relatime shared:1 master:2 - overlay over\040lay rw,lowerdir=/a\0541:/b\134:2:/c\040d::/data,upperdir=/up,workdir=/work,lowerdir+=/e,datadir+=/f,xino=off");
        Assert.NotNull(mount);
        Assert.Equal((36UL, "overlay"), (mount.Id, mount.FileSystem));
        Assert.Equal(["/a,1", "/b:2", "/c d", "/data", "/up", "/e", "/f"], mount.OverlayLayers());
    }

    [Theory]
    [InlineData("")]
    [InlineData("36 35 0:29 / / rw - ext4")]
    [InlineData("x 35 0:29 / / rw - ext4 dev rw")]
    [InlineData("36 35 0:29 / / rw ext4 dev rw")]
    public void ParseMount_NotALine_Null(string line) => Assert.Null(MountInfoLine.Parse(line));

    [Fact]
    public void ParseMount_OwnTable_EveryLineRead() =>
        Assert.All(File.ReadAllLines("/proc/self/mountinfo"), line => Assert.NotNull(MountInfoLine.Parse(line)));

    private static byte[] Vector(int size, params (ulong Type, ulong Value)[] entries)
    {
        byte[] bytes = new byte[entries.Length * 2 * size];
        for (int index = 0; index < entries.Length; index++)
        {
            Write(bytes.AsSpan(index * 2 * size), entries[index].Type);
            Write(bytes.AsSpan((index * 2 * size) + size), entries[index].Value);
        }

        return bytes;

        void Write(Span<byte> target, ulong value)
        {
            if (size == 8)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(target, value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)value);
            }
        }
    }
}
