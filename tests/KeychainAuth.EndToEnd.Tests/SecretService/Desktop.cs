using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Protocol.Clients;
using KeychainAuth.Tests.Support;
using KeychainAuth.Tests.Support.SecretService;

namespace KeychainAuth.EndToEnd.Tests.SecretService;

/// <summary>Daemons in the environments of a desktop and its variations, and a python client.</summary>
[SupportedOSPlatform("linux")]
internal static class Desktop
{
    internal const string Success = """{"type":"RESPONSE","status":"success"}""";

    private static readonly ForeignClient Python = ForeignClient.All.Single(client => client.Name == "python3");

    internal static Dictionary<string, string> Environment(PrivateBus bus, params (string Name, string Value)[] further)
    {
        var environment = new Dictionary<string, string> { ["DISPLAY"] = ":0", ["DBUS_SESSION_BUS_ADDRESS"] = bus.Address };
        foreach ((string name, string value) in further)
        {
            environment[name] = value;
        }

        return environment;
    }

    internal static async Task RegisterPythonAsync(TestDaemon daemon) => await daemon.CliOkAsync(
        ["register", Python.Executable, "--read", "demo", "--write", "demo", .. Python.Registration]);

    /// <summary>Has python send lines, and returns what came.</summary>
    internal static async Task<string> AskAsync(TestDaemon daemon, params string[] lines)
    {
        byte[] input = System.Text.Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
        CommandResult result = await Command.RunAsync(Python.Executable, Python.Arguments(daemon.Socket, 65536), daemon.Environment, input);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result.Output;
    }

    internal static string Read(string target) => $$"""{"type":"REQUEST","action":"read","service":"demo","targets":["{{target}}"]}""";

    internal static string Write(string target, string value) =>
        $$"""{"type":"REQUEST","action":"write","service":"demo","targets":["{{target}}"],"values":["{{value}}"]}""";

    internal static string Answer(string target, string value) =>
        $$"""{"type":"RESPONSE","status":"success","results":[{"target":"{{target}}","value":"{{value}}"}]}""";

    internal static Task<string> StoreAsync(PrivateBus bus, string target, string value) =>
        bus.RunOkAsync("secret-tool", ["store", "--label=test", "service", "demo", "username", target], value);
}
