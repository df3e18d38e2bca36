using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KeychainAuth.Daemon.Keys;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.Daemon.Keys;

public sealed class KeyExportTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 21, 12, 0, 0, 123, TimeSpan.Zero);
    private static readonly Argon2Cost Cheap = new() { MemoryKib = 64, Passes = 1 };

    [Fact]
    public void Open_RightPassphrase_GivesTheKey()
    {
        using SealingKey master = SealingKey.Generate();
        using SecretBuffer passphrase = Text("correct horse battery staple");
        byte[] json = KeyExport.Create(master, passphrase, Cheap, Now).ToJson();
        using SealingKey opened = KeyExport.Parse(json).Open(passphrase);
        Assert.Equal(master.Bytes, opened.Bytes);
        Assert.DoesNotContain(Convert.ToBase64String(master.Bytes), Encoding.UTF8.GetString(json), StringComparison.Ordinal);
    }

    // The cost that real exports have, once: that the library does it, and that it is recorded.
    [Fact]
    public void Create_DefaultCost_IsRecordedAndOpens()
    {
        using SealingKey master = SealingKey.Generate();
        using SecretBuffer passphrase = Text("correct horse battery staple");
        byte[] json = KeyExport.Create(master, passphrase, Argon2Cost.Default, Now).ToJson();
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.Equal(262144, document.RootElement.GetProperty("argon2id").GetProperty("memory_kib").GetInt32());
        Assert.Equal(3, document.RootElement.GetProperty("argon2id").GetProperty("passes").GetInt32());
        using SealingKey opened = KeyExport.Parse(json).Open(passphrase);
        Assert.Equal(master.Id, opened.Id);
    }

    [Theory]
    [InlineData("correct horse battery stapl")]
    [InlineData("correct horse battery staple ")]
    [InlineData("Correct horse battery staple")]
    public void Open_OtherPassphrase_IsRefused(string other)
    {
        using SealingKey master = SealingKey.Generate();
        using SecretBuffer passphrase = Text("correct horse battery staple");
        using SecretBuffer wrong = Text(other);
        KeyExport export = KeyExport.Parse(KeyExport.Create(master, passphrase, Cheap, Now).ToJson());
        Assert.Throws<MasterKeyException>(() => export.Open(wrong));
    }

    public static TheoryData<string, string> Edits => new()
    {
        { "created_at", "\"2026-05-21T12:00:01Z\"" },
        { "key", "\"0123456789abcdef\"" },
        { "argon2id", """{"memory_kib":65,"passes":1,"parallelism":1}""" },
        { "argon2id", """{"memory_kib":64,"passes":2,"parallelism":1}""" },
        { "salt", "\"AAAAAAAAAAAAAAAAAAAAAA==\"" },
        { "sealed", "\"AAAA\"" },
        { "sealed", "\"\"" },
        { "format", "\"other\"" },
        { "version", "2" },
        { "argon2id", """{"memory_kib":64,"passes":1,"parallelism":2}""" },
        { "argon2id", """{"memory_kib":2147483647,"passes":1,"parallelism":1}""" },
        { "argon2id", """{"memory_kib":64,"passes":1000000,"parallelism":1}""" },
        { "argon2id", """{"memory_kib":-1,"passes":1,"parallelism":1}""" },
        { "argon2id", "{}" },
        { "argon2id", "null" },
        { "salt", "\"AAAA\"" },
        { "salt", "null" },
        { "sealed", "7" },
        { "key", "null" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public void ParseAndOpen_AnyFieldEdited_IsRefused(string field, string value)
    {
        using SealingKey master = SealingKey.Generate();
        using SecretBuffer passphrase = Text("correct horse battery staple");
        JsonNode export = JsonNode.Parse(KeyExport.Create(master, passphrase, Cheap, Now).ToJson())!;
        export[field] = JsonNode.Parse(value);
        byte[] edited = Encoding.UTF8.GetBytes(export.ToJsonString());
        Assert.Throws<MasterKeyException>(() => KeyExport.Parse(edited).Open(passphrase));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("not json")]
    public void Parse_NoExport_IsRefused(string text) =>
        Assert.Throws<MasterKeyException>(() => KeyExport.Parse(Encoding.UTF8.GetBytes(text)));

    private static SecretBuffer Text(string text) => new(Encoding.UTF8.GetBytes(text));
}
