using System.Buffers.Binary;
using KeychainAuth.Plugins.VerifyMacOS.Files;
using KeychainAuth.Tests.Support;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

public sealed class CodeDirectoriesTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private IReadOnlyList<string> Read(byte[] content)
    {
        string path = Path.Combine(_directory.Path, "program");
        File.WriteAllBytes(path, content);
        using SafeFileHandle file = File.OpenHandle(path);
        return CodeDirectories.Read(file);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Read_Signed_IsTheHashOfTheCodeDirectory(byte hashType)
    {
        byte[] file = MachOFile.Signed("tool", out byte[] hash, hashType);
        Assert.Equal([Convert.ToHexStringLower(hash)], Read(file));
    }

    [Fact]
    public void Read_Fat_IsTheHashOfEachArchitecture()
    {
        byte[] fat = MachOFile.Fat(MachOFile.Signed("a", out byte[] first), MachOFile.Unsigned("b"), MachOFile.Signed("c", out byte[] third));
        Assert.Equal([Convert.ToHexStringLower(first), Convert.ToHexStringLower(third)], Read(fat));
    }

    [Fact]
    public void Read_UnsignedOrNoExecutable_IsNone()
    {
        Assert.Empty(Read(MachOFile.Unsigned("x")));
        Assert.Empty(Read([.. "#!/bin/sh\necho this is longer than a header of an executable\n"u8]));
    }

    /// <summary>Every cut and many a changed byte: a refusal or an answer, and never anything else.</summary>
    [Fact]
    public void Read_BrokenInAnyPlace_AnswersOrRefuses()
    {
        byte[] whole = MachOFile.Signed("tool", out _);
        int refused = 0;
        for (int place = 0; place < whole.Length; place++)
        {
            foreach (byte[] broken in (byte[][])[whole[..place], Changed(whole, place)])
            {
                try
                {
                    Assert.InRange(Read(broken).Count, 0, 1);
                }
                catch (InvalidDataException)
                {
                    refused++;
                }
            }
        }

        Assert.InRange(refused, 32, 2 * whole.Length);
    }

    [Fact]
    public void Read_CountsThatLie_Refused()
    {
        byte[] fat = MachOFile.Fat(MachOFile.Signed("a", out _));
        BinaryPrimitives.WriteUInt32BigEndian(fat.AsSpan(4), uint.MaxValue);
        Assert.Throws<InvalidDataException>(() => Read(fat));
        byte[] thin = MachOFile.Signed("a", out _);
        BinaryPrimitives.WriteUInt32LittleEndian(thin.AsSpan(20), uint.MaxValue);
        Assert.Throws<InvalidDataException>(() => Read(thin));
    }

    private static byte[] Changed(byte[] whole, int place)
    {
        byte[] changed = [.. whole];
        changed[place] ^= 0xFF;
        return changed;
    }
}
