using System.Globalization;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreFile;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeychainAuth.Tests.StoreWriter;

/// <summary>
/// Writes, reads, rotates and deletes secrets that begin with 32 bytes from standard input, then says <c>ready</c> and
/// holds still with one of them stored; after a further byte it closes the store, says <c>closed</c>, and holds still again.
/// </summary>
internal static class Holder
{
    private const int Rounds = 300;
    private const int CanaryLength = 32;

    internal static async Task<int> RunAsync(string home, string keys)
    {
        await using Stream input = Console.OpenStandardInput();
        await using (Stream output = Console.OpenStandardOutput())
        {
            using (var sealing = new SealedStoreFactory(MasterKeys.Load(keys), TimeProvider.System, NullLogger<SealedStoreFactory>.Instance))
            {
                await using SealedStore store = sealing.Wrap(new FileStorePlugin().Create(PluginContexts.Create("store-file", home)), 1000, keys);
                using (var canary = new SecretBuffer(CanaryLength))
                {
                    input.ReadExactly(canary.Span);
                    await UseAsync(store, canary);
                }

                output.Write("ready\n"u8);
                _ = input.ReadByte();
            }

            output.Write("closed\n"u8);
            _ = input.ReadByte();
        }

        return 0;
    }

    private static async Task UseAsync(SealedStore store, SecretBuffer canary)
    {
        for (int round = 0; round < Rounds; round++)
        {
            string target = string.Create(CultureInfo.InvariantCulture, $"t{round % 7}");
            using var secret = new Secret(target, new SecretBuffer(canary.Span));
            await store.WriteAsync("canary", [secret], CancellationToken.None);
            foreach (Secret read in await store.ReadAsync("canary", [target], CancellationToken.None))
            {
                read.Dispose();
            }

            if (round % 3 == 0)
            {
                await store.DeleteAsync("canary", [target], CancellationToken.None);
            }
        }

        await store.Rotation.BeginAsync(CancellationToken.None);
        await store.Rotation.FinishAsync(_ => { }, CancellationToken.None);
    }
}
