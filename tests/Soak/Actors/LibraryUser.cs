using System.Globalization;
using System.Text;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Soak.Actors;

/// <summary>Programs that use our own client library, protocol 2: each writes or reads once and exits.</summary>
internal sealed class LibraryUser(string program, TimeSpan pause) : IActor
{
    internal const string Service = "soak-library";

    public async Task RunAsync(SoakDaemon daemon, Ledger ledger, CancellationToken stopping)
    {
        for (long version = 1; !stopping.IsCancellationRequested; version++)
        {
            string target = string.Create(CultureInfo.InvariantCulture, $"t{version % 20}");
            string value = string.Create(CultureInfo.InvariantCulture, $"library {version}");
            CommandResult write = await Command.RunAsync(program, ["write", Service, target], daemon.Environment, Encoding.UTF8.GetBytes(value));
            if (write.ExitCode != 0)
            {
                throw new SoakException($"The library could not write: {write}");
            }

            ledger.Acknowledge(Service, target, value);
            CommandResult read = await Command.RunAsync(program, ["read", Service, target], daemon.Environment);
            if (read.Output != $"got {value}\n")
            {
                throw new SoakException($"The library read something else: {read}");
            }

            ledger.Count("library clients");
            ledger.Count("library clients");
            await Task.Delay(pause, CancellationToken.None);
        }
    }
}
