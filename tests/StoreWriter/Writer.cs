using System.Globalization;
using System.Text;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreFile;
using Microsoft.Extensions.Logging.Abstractions;

namespace KeychainAuth.Tests.StoreWriter;

/// <summary>
/// Writes number after number, each as a batch of two secrets in one of twenty slots, and says each number on a line of
/// its own once the store has acknowledged it. Ends when killed.
/// </summary>
internal static class Writer
{
    private const int Slots = 20;

    /// <param name="home">A home directory, for the keyring.</param>
    /// <param name="first">The first number.</param>
    /// <param name="keys">A directory with a master key: values are sealed, and their key rotated again and again.</param>
    internal static async Task<int> RunAsync(string home, string first, string? keys)
    {
        ISecretStore file = new FileStorePlugin().Create(PluginContexts.Create("store-file", home));
        using var sealing = new SealedStoreFactory(MasterKeys.Load(keys), TimeProvider.System, NullLogger<SealedStoreFactory>.Instance);
        await using ISecretStore store = keys is null ? file : sealing.Wrap(file, 1000, keys);
        Task rotating = store is SealedStore toRotate ? Task.Run(() => RotateForeverAsync(toRotate)) : Task.CompletedTask;
        await using Stream output = Console.OpenStandardOutput();
        for (long number = long.Parse(first, CultureInfo.InvariantCulture); !rotating.IsFaulted; number++)
        {
            byte[] value = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
            using Secret left = new($"left-{number % Slots}", new SecretBuffer(value));
            using Secret right = new($"right-{number % Slots}", new SecretBuffer(value));
            await store.WriteAsync("kill", [left, right], CancellationToken.None);
            await output.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n")));
            await output.FlushAsync();
        }

        // A rotation that fails must not pass for a quiet one.
        await rotating;
        return 0;
    }

    private static async Task RotateForeverAsync(SealedStore store)
    {
        while (true)
        {
            await store.Rotation.BeginAsync(CancellationToken.None);
            await store.Rotation.FinishAsync(_ => { }, CancellationToken.None);
        }
    }
}
