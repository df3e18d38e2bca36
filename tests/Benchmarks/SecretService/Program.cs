using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreSecretService;
using KeychainAuth.Tests.Support;
using KeychainAuth.Tests.Support.SecretService;

[assembly: SupportedOSPlatform("linux")]

// What a read through the plugin costs beside libsecret's own lookup, on the same GNOME Keyring, in turns: medians of
// rounds, so that what else the machine does hits both.
const int Rounds = 15;
const int PerRound = 200;
const string Service = "bench";
const string Target = "k";
const int FirstReads = 200;

await using PrivateBus bus = await PrivateBus.StartAsync();
await bus.StartGnomeKeyringAsync();
string lookup = bus.Combine("home", "lookup");
string flags = await bus.RunOkAsync("pkg-config", ["--cflags", "--libs", "libsecret-1"]);
CommandResult compiled = await Command.RunAsync(
    "gcc", ["-O2", "-o", lookup, Path.Combine(RepositoryPaths.Root, "tests", "Benchmarks", "SecretService", "lookup.c"), .. flags.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)]);
if (compiled.ExitCode != 0)
{
    Console.Error.WriteLine(compiled);
    return 1;
}

var markers = new HashSet<string> { "display" };
var settings = new Dictionary<string, string> { ["bus_address"] = bus.Address };
await using ISecretStore store = new SecretServicePlugin().Create(PluginContexts.Create("store-secretservice", bus.Home, settings, markers: markers));
using (var secret = new Secret(Target, new SecretBuffer("a value of ordinary length"u8)))
{
    await store.WriteAsync(Service, [secret], CancellationToken.None);
}

for (int i = 0; i < FirstReads; i++)
{
    using var secret = new Secret(FormattableString.Invariant($"first{i}"), new SecretBuffer("a value of ordinary length"u8));
    await store.WriteAsync(Service, [secret], CancellationToken.None);
}

using Process direct = Command.Start(lookup, [PerRound.ToString(CultureInfo.InvariantCulture), Service, Target], bus.Environment);
var ours = new List<double>();
var theirs = new List<double>();
var ratios = new List<double>();
for (int round = -2; round < Rounds; round++)
{
    double[] plugin = await PluginAsync();
    double[] libsecret = await LibsecretAsync();
    if (round >= 0)
    {
        ours.AddRange(plugin);
        theirs.AddRange(libsecret);
        ratios.Add(Median(plugin) / Median(libsecret));
    }
}

var first = new List<double>();
await using (ISecretStore fresh = new SecretServicePlugin().Create(PluginContexts.Create("store-secretservice", bus.Home, settings, markers: markers)))
{
    await MeasureAsync(fresh, Target);
    for (int i = 0; i < FirstReads; i++)
    {
        first.Add(await MeasureAsync(fresh, FormattableString.Invariant($"first{i}")));
    }
}

direct.StandardInput.Close();
await direct.WaitForExitAsync();
Console.WriteLine(FormattableString.Invariant($"libsecret lookup: p50 {Median(theirs):0} us, p99 {Percentile(theirs, 99):0} us"));
Console.WriteLine(FormattableString.Invariant($"plugin read:      p50 {Median(ours):0} us, p99 {Percentile(ours, 99):0} us"));
Console.WriteLine(FormattableString.Invariant($"first read of an item: p50 {Median(first):0} us, p99 {Percentile(first, 99):0} us"));
Console.WriteLine(FormattableString.Invariant($"ratio of medians, median of {Rounds} rounds of {PerRound}: {Median(ratios):0.00} (target: at most 1.20)"));
return 0;

async Task<double[]> PluginAsync()
{
    double[] times = new double[PerRound];
    for (int i = 0; i < PerRound; i++)
    {
        times[i] = await MeasureAsync(store, Target);
    }

    return times;
}

static async Task<double> MeasureAsync(ISecretStore store, string target)
{
    long start = Stopwatch.GetTimestamp();
    IReadOnlyList<Secret> found = await store.ReadAsync(Service, [target], CancellationToken.None);
    double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    found[0].Dispose();
    return microseconds;
}

async Task<double[]> LibsecretAsync()
{
    await direct.StandardInput.WriteLineAsync("go");
    await direct.StandardInput.FlushAsync();
    double[] times = new double[PerRound];
    for (int i = 0; i < PerRound; i++)
    {
        times[i] = double.Parse((await direct.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    return times;
}

static double Median(IReadOnlyCollection<double> values) => Percentile(values, 50);

static double Percentile(IReadOnlyCollection<double> values, int percent) => values.Order().ElementAt(Math.Min(values.Count - 1, values.Count * percent / 100));
