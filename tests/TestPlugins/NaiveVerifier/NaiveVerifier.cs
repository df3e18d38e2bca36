using System.Globalization;
using System.Security.Cryptography;
using KeychainAuth.Plugin;

namespace KeychainAuth.TestPlugins;

/// <summary>
/// Deliberately weak, in the way that is common: it asks for the pid once, reads where <c>/proc/&lt;pid&gt;/exe</c>
/// points, and hashes whatever file has that path now. It holds no handle on the process, looks at no namespace, file
/// system or mapping, never looks again, and calls every byte attributable.
/// </summary>
internal sealed class NaiveVerifier : IPeerVerifier
{
    public async ValueTask<VerificationResult> VerifyAsync(PeerCredentials peer, CancellationToken cancellationToken)
    {
        string link = string.Create(CultureInfo.InvariantCulture, $"/proc/{peer.ProcessId}/exe");
        try
        {
            string? path = File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName;
            if (path is null)
            {
                return VerificationResult.Refused(VerificationRefusal.Unverifiable, $"'{link}' is no link.");
            }

            await using FileStream file = File.OpenRead(path);
            byte[] hash = await SHA256.HashDataAsync(file, cancellationToken);
            return VerificationResult.Verified(new NaivePeer(path, Convert.ToHexStringLower(hash)), attributable: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return VerificationResult.Refused(VerificationRefusal.Unverifiable, $"'{link}' or its target cannot be read: {exception.Message}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
