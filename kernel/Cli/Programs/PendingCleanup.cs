using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Programs;

/// <summary>Takes a program that has been registered out of the list of those that wait.</summary>
internal static class PendingCleanup
{
    /// <remarks>One that waits for more (code that was seen in it) stays: that is for <c>approve</c>.</remarks>
    internal static void Forget(CliContext context, BinaryIdentity identity)
    {
        if (context.Broker.ReadPending().FirstOrDefault(e => e.Identity == identity) is not { } entry)
        {
            return;
        }

        if (entry.Files is { Count: > 0 } || entry.Jit == true)
        {
            context.Out.WriteLine($"  note: it also waits for approval of code that was seen in it: see 'keychain-auth list-pending', then 'keychain-auth approve {Printable.Escape(entry.Hash)}'");
            return;
        }

        context.Broker.RemovePending(identity);
    }
}
