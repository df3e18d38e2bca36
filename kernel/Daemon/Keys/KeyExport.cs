using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Keys;

/// <summary>
/// A master key in a file, wrapped by a passphrase: what brings secrets back from a backup on another machine, or after
/// the TPM is gone. Everything in the file is bound to the wrapping, so a file that was edited does not open.
/// </summary>
internal sealed class KeyExport
{
    private const string KnownFormat = "keychain-auth key export";
    private const int KnownVersion = 1;

    [JsonPropertyName("format")]
    public string? Format { get; init; }

    [JsonPropertyName("version")]
    public int Version { get; init; }

    [JsonPropertyName("created_at")]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Id of the master key, so that a person can tell exports apart without opening them.</summary>
    [JsonPropertyName("key")]
    public string? Key { get; init; }

    [JsonPropertyName("argon2id")]
    public Argon2Cost? Cost { get; init; }

    [JsonPropertyName("salt")]
    public byte[]? Salt { get; init; }

    [JsonPropertyName("sealed")]
    public byte[]? Sealed { get; init; }

    internal static KeyExport Create(SealingKey master, SecretBuffer passphrase, Argon2Cost cost, DateTimeOffset now)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(PassphraseKey.SaltLength);
        string id = master.Id.ToString();
        using SealingKey key = PassphraseKey.Derive(passphrase, salt, cost);
        using SecretBuffer box = SealedBox.Seal(key, PlaceOf(now, id, cost, salt), master.Bytes);
        return new KeyExport
        {
            Format = KnownFormat,
            Version = KnownVersion,
            CreatedAt = now,
            Key = id,
            Cost = cost,
            Salt = salt,
            Sealed = box.Span.ToArray(),
        };
    }

    /// <exception cref="MasterKeyException">This is no export, or one of a later program.</exception>
    internal static KeyExport Parse(ReadOnlySpan<byte> json)
    {
        KeyExport export;
        try
        {
            export = JsonSerializer.Deserialize(json, KeyExportJsonContext.Documents.KeyExport) ?? new KeyExport();
        }
        catch (JsonException e)
        {
            throw new MasterKeyException("The file is no export of keychain-auth: it cannot be parsed.", e);
        }

        if (export is not { Format: KnownFormat, Key: not null, Cost: not null, Salt.Length: PassphraseKey.SaltLength, Sealed: not null })
        {
            throw new MasterKeyException("The file is no export of keychain-auth.");
        }

        if (export.Version != KnownVersion)
        {
            throw new MasterKeyException($"The export is of version {export.Version}, and this program knows {KnownVersion}: import it with the program that wrote it.");
        }

        export.Cost.Check();
        return export;
    }

    internal byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, KeyExportJsonContext.Documents.KeyExport), (byte)'\n'];

    /// <summary>Opens it.</summary>
    /// <returns>The master key, which the caller disposes.</returns>
    /// <exception cref="MasterKeyException">The passphrase is not the one, or the file is not as it was written.</exception>
    internal SealingKey Open(SecretBuffer passphrase)
    {
        using SealingKey key = PassphraseKey.Derive(passphrase, Salt, Cost!);
        SecretBuffer? bytes = SealedBox.TryOpen(key, PlaceOf(CreatedAt, Key!, Cost!, Salt!), Sealed);
        if (bytes is not { Length: SealingKey.Length })
        {
            bytes?.Dispose();
            throw new MasterKeyException("The export does not open: the passphrase is another one, or the file was changed.");
        }

        var master = new SealingKey(bytes);
        if (master.Id.ToString() == Key)
        {
            return master;
        }

        master.Dispose();
        throw new MasterKeyException("The export holds another key than it says.");
    }

    private static byte[] PlaceOf(DateTimeOffset createdAt, string key, Argon2Cost cost, byte[] salt) => Place.Join(
        "keychain-auth 1 key export"u8.ToArray(),
        Encoding.UTF8.GetBytes(createdAt.ToString("O", CultureInfo.InvariantCulture)),
        Encoding.UTF8.GetBytes(key),
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"argon2id {cost.MemoryKib} {cost.Passes} {cost.Parallelism}")),
        salt);
}
