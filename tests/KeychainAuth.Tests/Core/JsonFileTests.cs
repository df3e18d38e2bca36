using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Core;

[SupportedOSPlatform("linux")]
public sealed class JsonFileTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private string Path => _directory.Combine("config.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_NoFile_GivesAnEmptyDocument()
    {
        Assert.Empty(ConfigFile.At(Path).Read().RegisteredBinaries);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void Update_UnknownProperties_SurviveTheRewrite()
    {
        File.WriteAllText(Path, $$"""
            { "protocol_version": "1", "future": {"a":[1]}, "registered_binaries": [
              {"path":"/bin/a","hash":"{{Hashes.Of('a')}}","allowed_read_services":["x"],"note":"mine"}] }
            """);
        Assert.True(ConfigFile.At(Path).Update(c => c.RegisteredBinaries[0].CanSearch = true));

        using JsonDocument written = JsonDocument.Parse(File.ReadAllText(Path));
        Assert.Equal(1, written.RootElement.GetProperty("future").GetProperty("a")[0].GetInt32());
        JsonElement entry = written.RootElement.GetProperty("registered_binaries")[0];
        Assert.Equal("mine", entry.GetProperty("note").GetString());
        Assert.True(entry.GetProperty("can_search").GetBoolean());
        Assert.StartsWith("{\n  \"protocol_version\"", File.ReadAllText(Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"protocol_version":"2"}""")]
    [InlineData("""{"registered_binaries":[{"path":"relative","hash":"x"}]}""")]
    [InlineData("""{"registered_binaries":[null]}""")]
    [InlineData("""{"unattributed":"maybe"}""")]
    [InlineData("""{"limits":{"max_request_bytes":1}}""")]
    public void Update_SenselessDocument_RefusesAndLeavesEveryByte(string content)
    {
        File.WriteAllText(Path, content);
        DocumentException refusal = Assert.Throws<DocumentException>(() => ConfigFile.At(Path).Update(_ => true));
        Assert.StartsWith(Path, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(Path));
    }

    [Fact]
    public void Update_ChangeMakesNoSense_LeavesEveryByte()
    {
        File.WriteAllText(Path, "{}");
        Assert.Throws<DocumentException>(() => ConfigFile.At(Path).Update(c =>
        {
            c.RegisteredBinaries.Add(new BinaryEntry { Path = "relative", Hash = Hashes.Of('a') });
            return true;
        }));
        Assert.Equal("{}", File.ReadAllText(Path));
    }

    [Fact]
    public void Update_EditorWritesMeanwhile_TriesAgainOnTheNewContent()
    {
        int calls = 0;
        ConfigFile.At(Path).Update(config =>
        {
            if (++calls == 1)
            {
                File.WriteAllText(Path, """{"unattributed":"refuse"}""");
            }

            config.ProtocolVersion = "1";
            return true;
        });

        Assert.Equal(2, calls);
        Assert.Equal("refuse", ConfigFile.At(Path).Read().Unattributed);
    }

    [Fact]
    public void Update_EditorWritesAllTheTime_GivesUpAndLeavesWhatTheEditorWrote()
    {
        int calls = 0;
        string last = "";
        DocumentException refusal = Assert.Throws<DocumentException>(() => ConfigFile.At(Path).Update(config =>
        {
            last = "{}" + new string(' ', ++calls);
            File.WriteAllText(Path, last);
            config.ProtocolVersion = "1";
            return true;
        }));

        Assert.Contains("is being changed by another program all the time", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(last, File.ReadAllText(Path));
        Assert.DoesNotContain(Directory.GetFiles(_directory.Path), f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void Update_PathIsALink_IsNotFollowed()
    {
        string target = _directory.Combine("elsewhere.json");
        File.WriteAllText(target, "{}");
        File.CreateSymbolicLink(Path, target);
        Assert.Throws<DocumentException>(() => ConfigFile.At(Path).Update(_ => true));
        Assert.Equal("{}", File.ReadAllText(target));
    }

    [Fact]
    public void Update_DirectoryOpenToOthers_SaysWhatMendsIt()
    {
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);
        DocumentException refusal = Assert.Throws<DocumentException>(() => ConfigFile.At(Path).Update(_ => true));
        Assert.Contains("chmod 700", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Update_NewFile_IsPrivate()
    {
        ConfigFile.At(Path).Update(_ => true);
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(Path));
        Assert.DoesNotContain(Directory.GetFiles(_directory.Path), f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Update_ManyWritersAtOnce_LoseNothing()
    {
        Task[] writers = [.. Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < 10; i++)
            {
                ConfigFile.At(Path).Update(config =>
                {
                    config.RegisteredBinaries.Add(new BinaryEntry { Path = $"/w{writer}/{i}", Hash = Hashes.Of('b') });
                    return true;
                });
            }
        }))];
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(40, ConfigFile.At(Path).Read().RegisteredBinaries.Select(e => e.Path).Distinct().Count());
    }
}
