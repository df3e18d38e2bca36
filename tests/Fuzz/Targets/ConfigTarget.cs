using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Daemon.Policies;

namespace KeychainAuth.Fuzz.Targets;

/// <summary>config.json. One that is accepted can be asked about any program.</summary>
internal sealed class ConfigTarget : IFuzzTarget
{
    private static readonly JsonFile<ConfigDocument> File = ConfigFile.At("/config.json");

    public string Name => "config";

    public void Run(ReadOnlySpan<byte> input)
    {
        ConfigDocument config;
        try
        {
            config = File.Parse(input.ToArray());
        }
        catch (DocumentException)
        {
            return;
        }

        var policy = new PolicySnapshot(config);
        _ = Limits.From(config.Limits);
        foreach (BinaryEntry entry in config.RegisteredBinaries)
        {
            if (policy.Find(new BinaryIdentity(entry.Hash, entry.Path)) is null)
            {
                throw new FuzzException("A registered program is not found.");
            }
        }
    }
}
