using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using KeychainAuth.Plugin;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreFile;

[SupportedOSPlatform("linux")]
public sealed class KeyringFormatTests : IDisposable
{
    private readonly KeyringHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task WriteAsync_NewFile_HasTheDocumentedShapeAndModes()
    {
        await using ISecretStore store = _home.Open();
        using (Secret secret = new("prod/key:1", new SecretBuffer("v>\u00e9"u8), new Dictionary<string, string> { ["user"] = "z\"oé" }))
        {
            await store.WriteAsync("aws", [secret], KeyringHome.Cancellation).AsTask().WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_home.Keyring));
        JsonProperty entry = Assert.Single(document.RootElement.EnumerateObject());
        Assert.Equal("aws:prod/key:1", entry.Name);
        Assert.Equal(["private", "public", "attributes"], entry.Value.EnumerateObject().Select(member => member.Name));
        Assert.Equal("v>\u00e9", Encoding.UTF8.GetString(entry.Value.GetProperty("private").GetBytesFromBase64()));
        Assert.Equal("", entry.Value.GetProperty("public").GetString());
        Assert.Equal("z\"oé", entry.Value.GetProperty("attributes").GetProperty("user").GetString());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_home.Keyring));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_home.KeyringDirectory));
        Assert.Equal(["keyring.json", "keyring.json.lock"], _home.Listing());
    }

    [Fact]
    public async Task WriteAsync_NoAttributes_LeavesThemOut()
    {
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "v");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_home.Keyring));
        Assert.Equal(["private", "public"], document.RootElement.GetProperty("demo:k").EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("""{"demo:k":{"private":"djE=","public":""}}""", "v1")]
    [InlineData("{\r\n\t\"demo:k\" : {\r\n\t\t\"public\" : \"\",\r\n\t\t\"private\" : \"djE=\"\r\n\t}\r\n}\r\n\r\n", "v1")]
    [InlineData("""{"demo:k":{"private":"djE="}}""", "v1")]
    [InlineData("""{"demo:k":{"private":null,"public":""}}""", "")]
    [InlineData("""{"demo:k":{"private":"","public":null,"attributes":null}}""", "")]
    [InlineData("""{"demo:k":{"private":"\u0064jE\u003d","public":""}}""", "v1")]
    [InlineData("""{"\u0064emo:\u006b":{"\u0070rivate":"djE=","public":""}}""", "v1")]
    [InlineData("""{"demo:k":{"private":"b2xk"},"other:x":{"private":""},"demo:k":{"private":"djE="}}""", "v1")]
    [InlineData("""{"demo:k":{"private":"b2xk","private":"djE="}}""", "v1")]
    [InlineData("""{"demo:k":{"private":"djE=","public":"","created":1700000000,"nested":{"a":[1,2,{"b":null}]}},"version":3}""", "v1")]
    [InlineData("\uFEFF{\"demo:k\":{\"private\":\"djE=\",\"public\":\"\"}}", "v1")]
    public async Task ReadAsync_FileOfAnotherTool_IsUnderstood(string content, string expected)
    {
        _home.Place(content);
        await using ISecretStore store = _home.Open();
        Assert.Equal(expected, await KeyringHome.ReadAsync(store, "k"));
    }

    [Fact]
    public async Task ReadAsync_GoEscapesInNames_AreUnescaped()
    {
        // Go's encoding/json escapes these in names as it does in text.
        _home.Place("""{"demo:a\u003cb\u003e\u0026\u2028":{"private":"djE=","public":""}}""");
        await using ISecretStore store = _home.Open();
        Assert.Equal("v1", await KeyringHome.ReadAsync(store, "a<b>&\u2028"));
    }

    [Fact]
    public async Task ReadAsync_KeyWithSeveralColons_SplitsAtTheFirst()
    {
        _home.Place("""{"a:b:c":{"private":"djE=","public":""}}""");
        await using ISecretStore store = _home.Open();
        Assert.Equal("v1", await KeyringHome.ReadAsync(store, "b:c", "a"));
        Assert.Null(await KeyringHome.ReadAsync(store, "c", "a:b"));
    }

    [Fact]
    public async Task WriteAsync_WhatOthersKeepThere_Survives()
    {
        _home.Place("""
            {
              "version": 3,
              "demo:k": { "private": "b2xk", "public": "a key", "created": 17e8, "nested": { "a": [1, "\u00e9"] }, "attributes": { "user": "old" } },
              "demo:other": { "private": "djI=", "public": "", "note": "stays" }
            }
            """);
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "new");
        await KeyringHome.WriteAsync(store, "third", "3");

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_home.Keyring));
        JsonElement root = document.RootElement;
        Assert.Equal(3, root.GetProperty("version").GetInt32());
        JsonElement entry = root.GetProperty("demo:k");
        Assert.Equal("new"u8.ToArray(), entry.GetProperty("private").GetBytesFromBase64());
        Assert.Equal("a key", entry.GetProperty("public").GetString());
        Assert.Equal("17e8", entry.GetProperty("created").GetRawText());
        Assert.Equal("é", entry.GetProperty("nested").GetProperty("a")[1].GetString());
        Assert.False(entry.TryGetProperty("attributes", out _), "A write without attributes replaces the old ones.");
        Assert.Equal("stays", root.GetProperty("demo:other").GetProperty("note").GetString());
        Assert.Equal("djI=", root.GetProperty("demo:other").GetProperty("private").GetString());
    }

    [Fact]
    public async Task DeleteAsync_LastEntry_LeavesAnEmptyObject()
    {
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "k", "v");
        Assert.Equal(1, await store.DeleteAsync("demo", ["k"], KeyringHome.Cancellation).AsTask().WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(_home.Keyring));
        Assert.Empty(document.RootElement.EnumerateObject());
        Assert.Null(await KeyringHome.ReadAsync(store, "k"));
    }

    [Fact]
    public async Task DeleteAsync_NothingThere_WritesAndCreatesNothing()
    {
        await using ISecretStore store = _home.Open();
        Assert.Equal(0, await store.DeleteAsync("demo", ["k"], KeyringHome.Cancellation).AsTask().WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation));
        Assert.False(Directory.Exists(_home.KeyringDirectory));
    }

    [Fact]
    public async Task WriteAsync_BatchOfThousand_IsOneFileWrite()
    {
        await using ISecretStore store = _home.Open();
        await KeyringHome.WriteAsync(store, "before", "x");
        using FileSystemWatcher watcher = new(_home.KeyringDirectory);
        int renames = 0;
        int created = 0;
        using SemaphoreSlim seen = new(0);
        watcher.Renamed += (_, _) => CountRename();
        watcher.Created += (_, e) =>
        {
            // The two halves of a rename are told apart when they come too late after each other.
            if (e.Name == "keyring.json")
            {
                CountRename();
            }
            else
            {
                Interlocked.Increment(ref created);
            }
        };
        watcher.EnableRaisingEvents = true;
        await KeyringHome.WriteAsync(store, "demo", [.. Enumerable.Range(0, 1000).Select(i => ($"batch-{i}", $"value {i}"))]);
        Assert.True(await seen.WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation));
        Assert.Equal((1, 1), (renames, created));
        Assert.Equal("value 999", await KeyringHome.ReadAsync(store, "batch-999"));

        void CountRename()
        {
            Interlocked.Increment(ref renames);
            seen.Release();
        }
    }
}
