using System.Text;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Daemon.Sealing;

public sealed class SealedBoxTests : IDisposable
{
    private static readonly byte[] Here = Place.OfValue(1000, "aws", "prod");

    private readonly SealingKey _key = SealingKey.Generate();

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100_000)]
    public void TryOpen_SameKeyAndPlace_GivesWhatWasSealed(int length)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
        using SecretBuffer box = SealedBox.Seal(_key, Here, content);
        Assert.Equal(length + SealedBox.Overhead, box.Length);
        Assert.Equal(_key.Id, SealedBox.KeyOf(box.Span));
        using SecretBuffer? opened = SealedBox.TryOpen(_key, Here, box.Span);
        Assert.Equal(content, opened!.Span);
    }

    [Fact]
    public void TryOpen_AnyBitFlipped_IsRefused()
    {
        using SecretBuffer box = SealedBox.Seal(_key, Here, "a value"u8);
        for (int bit = 0; bit < box.Length * 8; bit++)
        {
            byte[] changed = box.Span.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(SealedBox.TryOpen(_key, Here, changed));
        }

        using SecretBuffer? opened = SealedBox.TryOpen(_key, Here, box.Span);
        Assert.NotNull(opened);
    }

    [Fact]
    public void TryOpen_CutOrLengthened_IsRefused()
    {
        using SecretBuffer box = SealedBox.Seal(_key, Here, "a value"u8);
        for (int length = 0; length < box.Length; length++)
        {
            Assert.Null(SealedBox.TryOpen(_key, Here, box.Span[..length]));
        }

        Assert.Null(SealedBox.TryOpen(_key, Here, [.. box.Span, 0]));
    }

    [Fact]
    public void TryOpen_AnotherPlace_IsRefused()
    {
        using SecretBuffer box = SealedBox.Seal(_key, Here, "a value"u8);
        byte[][] elsewhere =
        [
            Place.OfValue(1001, "aws", "prod"), Place.OfValue(1000, "aw", "sprod"), Place.OfValue(1000, "aws", "prod2"),
            Place.OfValue(1000, "Aws", "prod"), Place.OfDataKey(1000, _key.Id), [], [.. Here, 0],
        ];
        Assert.All(elsewhere, place => Assert.Null(SealedBox.TryOpen(_key, place, box.Span)));
    }

    [Fact]
    public void TryOpen_AnotherKeyUnderItsName_IsRefused()
    {
        using SealingKey other = SealingKey.Generate();
        using SecretBuffer box = SealedBox.Seal(_key, Here, "a value"u8);
        Assert.Null(SealedBox.TryOpen(other, Here, box.Span));
        byte[] renamed = box.Span.ToArray();
        other.Id.Write(renamed.AsSpan(4));
        Assert.Null(SealedBox.TryOpen(other, Here, renamed));
    }

    // What no test can show is that 192 random bits never repeat. It can show that they are 192, fresh for each box, and
    // that both halves are used: equal contents never make equal boxes, and no half is constant or shared.
    [Fact]
    public void Seal_SameContentManyTimes_NeverRepeatsSaltNonceOrCiphertext()
    {
        const int Boxes = 20_000;
        var salts = new HashSet<string>();
        var nonces = new HashSet<string>();
        var ciphertexts = new HashSet<string>();
        byte[] ones = new byte[24];
        byte[] zeroes = new byte[24];
        for (int i = 0; i < Boxes; i++)
        {
            using SecretBuffer box = SealedBox.Seal(_key, Here, "the same value every time"u8);
            ReadOnlySpan<byte> random = box.Span.Slice(12, 24);
            for (int j = 0; j < random.Length; j++)
            {
                ones[j] |= random[j];
                zeroes[j] |= (byte)~random[j];
            }

            Assert.True(salts.Add(Convert.ToHexString(random[..12])));
            Assert.True(nonces.Add(Convert.ToHexString(random[12..])));
            Assert.True(ciphertexts.Add(Convert.ToHexString(box.Span[36..])));
        }

        Assert.All(ones, bits => Assert.Equal(0xFF, bits));
        Assert.All(zeroes, bits => Assert.Equal(0xFF, bits));
    }

    // Made once by an implementation of its own (Python's cryptography: HKDFExpand and AESGCM): the format is what
    // docs/sealing.md says, and stays it.
    [Fact]
    public void TryOpen_BoxOfAnotherImplementation_Opens()
    {
        using var key = new SealingKey(new SecretBuffer([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        byte[] box = Convert.FromHexString(KnownBox);
        using SecretBuffer? opened = SealedBox.TryOpen(key, Here, box);
        Assert.Equal("known answer", Encoding.UTF8.GetString(opened!.Span));
    }

    private const string KnownBox = "4B4153013F394C023C99E34F6465666768696A6B6C6D6E6FC8C9CACBCCCDCECFD0D1D2D38CEB711F9F6627C7A937E7A97BF09C80B24FCB5DF7CAC19B036E3875";
}
