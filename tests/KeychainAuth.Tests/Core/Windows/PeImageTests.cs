using KeychainAuth.Core.Executables;
using KeychainAuth.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Tests.Core.Windows;

public sealed class PeImageTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(0x0022, true)] // executable, large addresses
    [InlineData(0x2022, false)] // a library
    [InlineData(0x0020, false)] // an object that was not linked
    public void IsProgram_Header_DecidesByWhatItIs(int characteristics, bool expected) => Assert.Equal(expected, IsProgram(Image(characteristics)));

    [Fact]
    public void IsProgram_AnythingElse_IsNone()
    {
        byte[] image = Image(0x0022);
        Assert.All(Enumerable.Range(0, image.Length - 1), length => Assert.False(IsProgram(image[..length])));
        Assert.False(IsProgram("@echo off\r\n"u8.ToArray()));
        Assert.False(IsProgram([.. "MZ"u8, .. new byte[0x3A], 0xFF, 0xFF, 0xFF, 0xFF]));
    }

    private bool IsProgram(byte[] content)
    {
        string path = _directory.Combine("image");
        File.WriteAllBytes(path, content);
        using SafeFileHandle file = File.OpenHandle(path);
        return PeImage.IsProgram(file);
    }

    private static byte[] Image(int characteristics)
    {
        byte[] image = new byte[0x40 + 24];
        "MZ"u8.CopyTo(image);
        image[0x3C] = 0x40;
        "PE\0\0"u8.CopyTo(image.AsSpan(0x40));
        image[0x40 + 22] = (byte)characteristics;
        image[0x40 + 23] = (byte)(characteristics >> 8);
        return image;
    }
}
