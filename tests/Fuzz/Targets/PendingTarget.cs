using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;

namespace KeychainAuth.Fuzz.Targets;

/// <summary>pending.json.</summary>
internal sealed class PendingTarget : IFuzzTarget
{
    private static readonly JsonFile<List<PendingEntry>> File = PendingQueue.FileAt("/pending.json");

    public string Name => "pending";

    public void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            foreach (PendingEntry entry in File.Parse(input.ToArray()))
            {
                // What the queue and the command line look at.
                _ = new BinaryIdentity(entry.Hash, entry.Path);
                _ = Path.GetDirectoryName(entry.Path);
            }
        }
        catch (DocumentException)
        {
            // Refused, as it should be.
        }
    }
}
