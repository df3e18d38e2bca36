using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Text;

namespace KeychainAuth.Cli.Output;

/// <summary>Shows a registered program to a person.</summary>
internal static class EntryText
{
    internal static void Write(TextWriter output, BinaryEntry entry, DateTimeOffset now)
    {
        BinaryIdentity identity = entry.Identity;
        output.WriteLine(Printable.Escape(identity.DisplayPath));
        output.WriteLine($"  {identity.DisplayHash}");
        if (identity.Script is not null)
        {
            output.WriteLine($"  a script, launched with {Printable.Escape(identity.Path)} {identity.Hash}");
        }

        output.WriteLine($"  read: {Services(entry.AllowedReadServices)}");
        output.WriteLine($"  write: {Services(entry.AllowedWriteServices)}");
        output.WriteLine($"  search: {(entry.CanSearch ? "yes" : "no")}");
        foreach ((string service, List<string> patterns) in entry.AllowedTargets ?? [])
        {
            output.WriteLine($"  only in {Printable.Escape(service)}: {(patterns.Count == 0 ? "no target" : Printable.Join(patterns))}");
        }

        if (entry.ExpiresAt is { } expiry)
        {
            output.WriteLine($"  until: {Format(expiry)}{(expiry <= now ? " (has ended)" : "")}");
        }

        WriteFacts(output, entry);
    }

    internal static string Format(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";

    private static void WriteFacts(TextWriter output, BinaryEntry entry)
    {
        if (entry.RegisteredAt is { } registeredAt)
        {
            output.WriteLine($"  registered: {Printable.Escape(registeredAt)}");
        }

        if (entry.Launch is { } launch)
        {
            output.WriteLine($"  launch: {launch}");
        }

        if (entry.Protocol is { } protocol)
        {
            output.WriteLine(protocol == 2 ? "  protocol: 2 (version 1 is refused)" : $"  protocol: {protocol}");
        }

        if (entry.Jit == true)
        {
            output.WriteLine("  jit: executable memory without a file is expected");
        }

        if (entry.Signer is { } signer)
        {
            output.WriteLine($"  signer: its updates pass without a new approval where signed by: {Printable.Escape(signer)}");
        }

        if (entry.Interpreter == true)
        {
            output.WriteLine("  interpreter: every script it runs has these permissions");
        }

        foreach (CodeFileEntry file in entry.Files ?? [])
        {
            output.WriteLine($"  code: {Printable.Escape(file.Path)} {file.Hash}");
        }
    }

    private static string Services(List<string> services) => services.Count == 0 ? "none" : Printable.Join(services);
}
