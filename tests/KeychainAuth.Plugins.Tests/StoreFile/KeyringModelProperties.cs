using System.Runtime.Versioning;
using System.Text;
using FsCheck.Xunit;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.Tests.StoreFile;

/// <summary>
/// Any sequence of writes, deletes, reads and searches, with the store opened anew in between, behaves as a dictionary
/// does.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class KeyringModelProperties
{
    // Few, so that they meet; with characters that JSON and the file's keys care about.
    private static readonly string[] Services = ["demo", "d", "dem\"o"];
    private static readonly string[] Targets = ["a", "a:b", "ab", "\u00e4\\", "b"];

    [Property(MaxTest = 60)]
    public async Task<bool> Store_AnySequenceOfOperations_BehavesAsADictionary(int seed)
    {
        var random = new Random(seed);
        using var home = new KeyringHome();
        var model = new Dictionary<(string Service, string Target), string>();
        ISecretStore store = home.Open();
        try
        {
            for (int step = random.Next(5, 40); step > 0; step--)
            {
                string service = Services[random.Next(Services.Length)];
                string[] targets = [.. Targets.Where(_ => random.Next(2) == 0)];
                switch (random.Next(5))
                {
                    case 0 when targets.Length > 0:
                        string value = Value(random);
                        await KeyringHome.WriteAsync(store, service, [.. targets.Select(target => (target, value))]);
                        Array.ForEach(targets, target => model[(service, target)] = value);
                        break;
                    case 1 when targets.Length > 0:
                        int deleted = await store.DeleteAsync(service, targets, KeyringHome.Cancellation);
                        if (deleted != targets.Count(target => model.Remove((service, target))))
                        {
                            return false;
                        }

                        break;
                    case 2:
                        await store.DisposeAsync();
                        store = home.Open();
                        break;
                    default:
                        if (!await AgreesAsync(store, model, service, targets))
                        {
                            return false;
                        }

                        break;
                }
            }

            foreach (string service in Services)
            {
                if (!await AgreesAsync(store, model, service, Targets))
                {
                    return false;
                }
            }

            return true;
        }
        finally
        {
            await store.DisposeAsync();
        }
    }

    private static async Task<bool> AgreesAsync(
        ISecretStore store, Dictionary<(string Service, string Target), string> model, string service, string[] targets)
    {
        IReadOnlyList<Secret> secrets = await store.ReadAsync(service, targets, KeyringHome.Cancellation);
        Dictionary<string, string> read = secrets.ToDictionary(s => s.Target, s => Encoding.UTF8.GetString(s.Value.Span));
        foreach (Secret secret in secrets)
        {
            secret.Dispose();
        }

        IReadOnlyList<SecretDescriptor> found = await store.SearchAsync(service, ["a"], KeyringHome.Cancellation);
        return read.Count == targets.Count(target => model.ContainsKey((service, target)))
            && read.All(pair => model[(service, pair.Key)] == pair.Value)
            && found.Select(f => f.Target).Order(StringComparer.Ordinal).SequenceEqual(
                model.Keys.Where(k => k.Service == service && k.Target.StartsWith('a')).Select(k => k.Target).Order(StringComparer.Ordinal));
    }

    private static string Value(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(1, 0xD800)));
}
