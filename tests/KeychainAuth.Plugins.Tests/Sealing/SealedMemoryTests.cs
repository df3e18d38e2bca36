using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.EndToEnd.Tests.Lifecycle;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.Tests.StoreFile;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Sealing;

/// <summary>
/// The memory of a process that has sealed, opened and rotated: no value in it, not even of one that is stored; each key
/// that it needs exactly once, in the buffer that is zeroed; nothing at all once the store is closed.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SealedMemoryTests : IDisposable
{
    private readonly SealedHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Memory_AfterUse_HoldsNoValueAndEachKeyOnce()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may read another process's memory.");
        byte[] canary = RandomNumberGenerator.GetBytes(32);
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "KeychainAuth.Tests.StoreWriter"), ["hold", _home.Files.Home, _home.Keys])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process holder = Process.Start(start)!;
        try
        {
            holder.StandardInput.BaseStream.Write(canary);
            await holder.StandardInput.BaseStream.FlushAsync(KeyringHome.Cancellation);
            Assert.Equal("ready", await ReadLineAsync(holder));
            byte[] master = File.ReadAllBytes(Path.Combine(_home.Keys, MasterKeys.CurrentName));
            byte[] data = DataKey(master);
            Assert.Empty(ProcessMemory.Find(holder.Id, canary));
            Assert.Single(ProcessMemory.Find(holder.Id, master));
            Assert.Single(ProcessMemory.Find(holder.Id, data));

            holder.StandardInput.BaseStream.WriteByte(0);
            await holder.StandardInput.BaseStream.FlushAsync(KeyringHome.Cancellation);
            Assert.Equal("closed", await ReadLineAsync(holder));
            Assert.All((byte[][])[canary, master, data], secret => Assert.Empty(ProcessMemory.Find(holder.Id, secret)));
        }
        finally
        {
            holder.Kill();
            await holder.WaitForExitAsync(KeyringHome.Cancellation).WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        }
    }

    private byte[] DataKey(byte[] master)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_home.KeyFile));
        JsonElement key = Assert.Single(document.RootElement.GetProperty("keys").EnumerateArray());
        using var masterKey = new SealingKey(new SecretBuffer(master));
        KeyId id = KeyId.Parse(key.GetProperty("id").GetString())!.Value;
        using SecretBuffer? data = SealedBox.TryOpen(masterKey, Place.OfDataKey(1000, id), key.GetProperty("wrapped").GetBytesFromBase64());
        return data!.Span.ToArray();
    }

    private static Task<string?> ReadLineAsync(Process process) =>
        process.StandardOutput.ReadLineAsync(KeyringHome.Cancellation).AsTask().WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
}
