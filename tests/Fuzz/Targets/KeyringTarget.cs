using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreFile;

namespace KeychainAuth.Fuzz.Targets;

/// <summary>keyring.json. What is read, and written with one item more, reads as the same with one item more.</summary>
internal sealed class KeyringTarget : IFuzzTarget
{
    private const string Service = "fuzz-service";
    private const string Target = "fuzz-target";

    public string Name => "keyring";

    public void Run(ReadOnlySpan<byte> input)
    {
        Keyring keyring;
        try
        {
            keyring = KeyringReader.Parse(input, "/keyring.json");
        }
        catch (StoreException e) when (e.Error == StoreError.Corrupt)
        {
            return;
        }

        using (keyring)
        {
            using var added = new Secret(Target, new SecretBuffer(Encoding.UTF8.GetBytes("a value")));
            using PinnedWriter image = KeyringWriter.Write(keyring, KeyringChange.Write(Service, [added]));
            using Keyring again = KeyringReader.Parse(image.Written, "/keyring.json");
            Check(keyring, again);
        }
    }

    private static KeyringEntry? Find(Keyring keyring, string service, string target) =>
        keyring.Find(service) is { } index && index.TryGet(target, out KeyringEntry? entry) ? entry : null;

    internal static void Check(Keyring before, Keyring after)
    {
        if (Find(after, Service, Target) is not { } added || !added.Value.Span.SequenceEqual("a value"u8))
        {
            throw new FuzzException("What was written is not there.");
        }

        foreach ((string service, ServiceIndex index) in before.Services)
        {
            foreach (string target in index.SortedTargets)
            {
                if (service == Service && target == Target)
                {
                    continue;
                }

                if (Find(before, service, target) is not { } entry
                    || Find(after, service, target) is not { } same
                    || !same.Value.Span.SequenceEqual(entry.Value.Span)
                    || same.Attributes.Count != entry.Attributes.Count)
                {
                    throw new FuzzException("A rewrite has lost or changed a secret.");
                }
            }
        }
    }
}
