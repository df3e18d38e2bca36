using System.Globalization;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>What must hold of a process before anybody looks at its file. Needs no Windows.</summary>
internal static class PeerRules
{
    // The idle process and the kernel: requests of other machines come in the latter's name.
    private const int LastKernelProcess = 4;

    /// <summary>Compares what the transport said with what Windows says of the handle.</summary>
    /// <returns>Null when all of it agrees.</returns>
    internal static Refusal? FindFault(PeerCredentials peer, ProcessFacts process, string ourUser, uint ourSession)
    {
        if (peer.ProcessId <= LastKernelProcess || process.ProcessId != peer.ProcessId)
        {
            return Unverifiable($"The transport names process {peer.ProcessId}, and its handle names process {process.ProcessId}.");
        }

        if (process.HasExited)
        {
            return Unverifiable($"Process {peer.ProcessId} was gone before it could be verified.");
        }

        if (peer.Sid != ourUser || process.User != ourUser)
        {
            return Unverifiable($"Process {peer.ProcessId} runs as {process.User} and was announced as {peer.Sid ?? "nobody"}; this daemon serves {ourUser} only.");
        }

        return process.Session == ourSession
            ? null
            : Unverifiable($"Process {peer.ProcessId} belongs to logon session {process.Session}, and this daemon serves session {ourSession} only.");
    }

    /// <summary>Compares a process with what it was when it was verified.</summary>
    /// <returns>Null when it is the same, otherwise one sentence for the audit log.</returns>
    internal static string? FindChange(ProcessFacts verified, ProcessFacts now)
    {
        if (now.HasExited)
        {
            return Sentence($"Process {verified.ProcessId} has ended.");
        }

        if (now.ProcessId != verified.ProcessId || now.CreatedAt != verified.CreatedAt)
        {
            return Sentence($"Process {verified.ProcessId} is another one than was verified.");
        }

        if (now.User != verified.User || now.Session != verified.Session)
        {
            return Sentence($"Process {verified.ProcessId} has become {now.User} in session {now.Session}.");
        }

        return string.Equals(now.ImageName, verified.ImageName, StringComparison.Ordinal)
            ? null
            : Sentence($"The file that process {verified.ProcessId} runs was {verified.ImageName} and is called {now.ImageName} now.");
    }

    private static string Sentence(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static Refusal Unverifiable(FormattableString text) => Refusal.Unverifiable(Sentence(text));
}
