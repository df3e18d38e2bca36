using FsCheck.Xunit;
using KeychainAuth.Daemon.Sealing;

namespace KeychainAuth.Tests.Daemon.Sealing;

public sealed class PlaceTests
{
    // Few letters and short names, so that random pairs join to the same text often.
    private const string Letters = "ab:\0";

    [Property(MaxTest = 5000)]
    public bool OfValue_TwoPlaces_AreEqualOnlyWhenAllPartsAre(int one, int other)
    {
        (uint User, string Service, string Target) first = Random(one);
        (uint User, string Service, string Target) second = Random(other);
        return Bytes(first).AsSpan().SequenceEqual(Bytes(second)) == (first == second);
    }

    [Fact]
    public void OfValue_NamesThatJoinAlike_Differ()
    {
        byte[][] places = [Place.OfValue(1, "a", "bc"), Place.OfValue(1, "ab", "c"), Place.OfValue(1, "abc", ""), Place.OfValue(1, "", "abc"), Place.OfValue(1, "a\0\0\0\u0002bc", "")];
        Assert.Equal(places.Length, places.Select(Convert.ToHexString).Distinct().Count());
    }

    // The replacement character would give different broken names the same bytes.
    [Fact]
    public void OfValue_LoneSurrogate_Throws() =>
        Assert.ThrowsAny<ArgumentException>(() => Place.OfValue(1, "a", "\ud800"));

    private static byte[] Bytes((uint User, string Service, string Target) place) => Place.OfValue(place.User, place.Service, place.Target);

    private static (uint User, string Service, string Target) Random(int seed)
    {
        var random = new Random(seed);
        return ((uint)random.Next(2), Name(random), Name(random));
    }

    private static string Name(Random random) => string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => Letters[random.Next(Letters.Length)]));
}
