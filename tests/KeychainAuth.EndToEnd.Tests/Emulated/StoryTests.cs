using System.Runtime.Versioning;
using System.Security.Cryptography;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Emulated;

/// <summary>
/// The whole story between separate Wine processes: the daemon, the command line, a C client, and a client of our library.
/// </summary>
[Collection("emulated")]
[SupportedOSPlatform("linux")]
public sealed class StoryTests : IAsyncLifetime
{
    private const string Success = """{"type":"RESPONSE","status":"success"}""";
    private const string Unregistered = """{"type":"RESPONSE","status":"denied","reason":"unregistered_binary_pending_approval"}""";

    private static readonly string CommandLine = WinePrefix.Windows("keychain-auth", "keychain-auth.exe");

    private readonly string _pipe = @"\\.\pipe\keychain-auth-story-" + Guid.NewGuid().ToString("N");
    private readonly string _folder = "story-" + Guid.NewGuid().ToString("N");
    private readonly string _service = "story-" + Guid.NewGuid().ToString("N");

    private Dictionary<string, string> Environment => new() { ["KEYCHAIN_AUTH_SOCKET"] = _pipe };

    public ValueTask InitializeAsync()
    {
        WinePrefix.Require();
        Forget();
        Directory.CreateDirectory(WinePrefix.Host(_folder));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await CliAsync("stop");
        Directory.Delete(WinePrefix.Host(_folder), recursive: true);
        Forget();
    }

    [Fact]
    public async Task Daemon_StrangerApprovedAndAllowed_WritesReadsSearchesDeletesAndIsRevoked()
    {
        await CliOkAsync("start");
        Assert.Contains("is running", await CliOkAsync("status"), StringComparison.Ordinal);
        Assert.Contains("already", (await CliAsync("start")).Error, StringComparison.Ordinal);
        string client = Copy("pipe-speaker.exe", "client.exe");

        await using (PipeSpeaker stranger = await PipeSpeaker.ConnectAsync(client, _pipe))
        {
            Assert.Equal(Unregistered, await stranger.ReceiveAsync());
            Assert.Null(await stranger.ReceiveAsync());
        }

        Assert.Contains(client, await CliOkAsync("list-pending"), StringComparison.Ordinal);
        await CliOkAsync("approve", Hash(WinePrefix.Host(_folder, "client.exe")));
        await CliOkAsync("allow", client, "--read", _service, "--write", _service, "--search");

        await using PipeSpeaker speaker = await PipeSpeaker.ConnectAsync(client, _pipe);
        Assert.Equal(Success, await speaker.AskAsync($$$"""{"type":"REQUEST","action":"write","service":"{{{_service}}}","targets":["K1","k1"],"values":["upper","lower"],"attributes":{"user":"zo\u00e9"}}"""));
        Assert.Equal(
            """{"type":"RESPONSE","status":"success","results":[{"target":"K1","value":"upper","attributes":{"user":"zoé"}},{"target":"k1","value":"lower","attributes":{"user":"zoé"}}]}""",
            await speaker.AskAsync($$"""{"type":"REQUEST","action":"read","service":"{{_service}}","targets":["K1","k1","gone"]}"""));
        string large = new('x', 20_000);
        Assert.Equal(Success, await speaker.AskAsync($$"""{"type":"REQUEST","action":"write","service":"{{_service}}","targets":["large"],"values":["{{large}}"]}"""));
        Assert.Contains(large, await speaker.AskAsync($$"""{"type":"REQUEST","action":"read","service":"{{_service}}","targets":["large"]}"""), StringComparison.Ordinal);
        Assert.Equal(
            """{"type":"RESPONSE","status":"success","results":[{"target":"k1","attributes":{"user":"zoé"}}]}""",
            await speaker.AskAsync($$"""{"type":"REQUEST","action":"search","service":"{{_service}}","targets":["k"]}"""));
        Assert.Equal(Success, await speaker.AskAsync($$"""{"type":"REQUEST","action":"delete","service":"{{_service}}","targets":["K1","k1","large"]}"""));
        Assert.Equal(Success, await speaker.AskAsync($$"""{"type":"REQUEST","action":"read","service":"{{_service}}","targets":["K1","k1","large"]}"""));
        Assert.Contains("service_not_allowed", await speaker.AskAsync("""{"type":"REQUEST","action":"read","service":"other","targets":["k1"]}"""), StringComparison.Ordinal);

        await CliOkAsync("revoke", client);
        Assert.Equal(Unregistered, await speaker.AskAsync($$"""{"type":"REQUEST","action":"read","service":"{{_service}}","targets":["k1"]}"""));
        Assert.Null(await speaker.ReceiveAsync());

        await CliOkAsync("audit", "verify");
        Assert.Contains("DENIED", await CliOkAsync("audit"), StringComparison.Ordinal);
        await CliOkAsync("doctor");
        await CliOkAsync("stop");
        Assert.Equal(3, (await CliAsync("status")).ExitCode);
    }

    [Fact]
    public async Task Daemon_ClientOfOurLibrary_SpeaksVersion2AndChecksTheServer()
    {
        await CliOkAsync("start");
        string client = WinePrefix.Windows("programs", "demo-client", "demo-client.exe");
        CommandResult stranger = await WinePrefix.RunAsync(client, ["read", _service, "token"], Environment);
        Assert.Equal(1, stranger.ExitCode);
        Assert.Contains("unregistered_binary_pending_approval", stranger.Output, StringComparison.Ordinal);

        await CliOkAsync("approve", Hash(WinePrefix.Host("programs", "demo-client", "demo-client.exe")));
        await CliOkAsync("allow", client, "--read", _service, "--write", _service);
        CommandResult written = await WinePrefix.RunAsync(client, ["write", _service, "token"], Environment, input: "correct horse");
        Assert.True(written.ExitCode == 0, written.ToString());
        Assert.Contains("correct horse", (await WinePrefix.RunAsync(client, ["read", _service, "token"], Environment)).Output, StringComparison.Ordinal);

        // It has shown that it can speak version 2, so version 1 in its name is refused from now on.
        Assert.Contains("\"protocol\": 2", await File.ReadAllTextAsync(Path.Combine(WinePrefix.ConfigDirectory, "config.json"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await CliOkAsync("revoke", client);
        Assert.Equal(1, (await WinePrefix.RunAsync(client, ["read", _service, "token"], Environment)).ExitCode);
        await CliOkAsync("audit", "verify");
    }

    [Fact]
    public async Task Start_PluginOthersMayChange_IsRefusedAndNamed()
    {
        string library = WinePrefix.Host("keychain-auth", "plugins", "store-credman", "store-credman.dll");
        UnixFileMode mode = File.GetUnixFileMode(library);
        File.SetUnixFileMode(library, mode | UnixFileMode.OtherWrite);
        try
        {
            CommandResult refused = await CliAsync("start");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("store-credman", refused.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(library, mode);
        }
    }

    private string Copy(string program, string name)
    {
        File.Copy(WinePrefix.Host("programs", program), WinePrefix.Host(_folder, name));
        return WinePrefix.Windows(_folder, name);
    }

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private Task<CommandResult> CliAsync(params string[] arguments) => WinePrefix.RunAsync(CommandLine, arguments, Environment);

    private async Task<string> CliOkAsync(params string[] arguments)
    {
        CommandResult result = await CliAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result}");
        return result.Output;
    }

    private static void Forget()
    {
        foreach (string directory in (string[])[WinePrefix.ConfigDirectory, WinePrefix.DataDirectory])
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }
}
