using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Programs;

/// <summary>
/// Whether updates of a program pass by their signer instead of by a new approval. It is offered where the platform vouches
/// for a signer, and done where a person asks for it.
/// </summary>
internal static class SignerOffer
{
    internal const string Option = "--same-signer";

    internal const string Description = "Let its updates by the same signer pass without a new approval (macOS, Windows).";

    /// <summary>Records the signer, where that was asked for.</summary>
    /// <returns>What changed, or nothing.</returns>
    /// <exception cref="CliException">It was asked for, and there is none.</exception>
    internal static IEnumerable<string> Accept(BinaryEntry entry, string? signer, bool isAsked)
    {
        if (!isAsked || entry.Signer == signer && signer is not null)
        {
            yield break;
        }

        entry.Signer = signer ?? throw new CliException(
            $"{entry.Path} has no signer for whom this system vouches, so its updates have to be approved one by one: leave {Option} out.");
        yield return $"updates signed by {signer} pass";
    }

    /// <summary>Says that there is a signer, to a person who has not asked for his updates.</summary>
    internal static void Write(TextWriter output, string? signer, bool isAsked, string command)
    {
        if (signer is not null && !isAsked)
        {
            output.WriteLine($"  note: signed by {Printable.Escape(signer)}; '{command} {Option}' lets its updates by that signer pass without a new approval");
        }
    }
}
