using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>An editor that knows nothing of our lock rewrites config.json while command line and daemon change it.</summary>
[SupportedOSPlatform("linux")]
public sealed class ForeignEditTests(ITestOutputHelper output)
{
    private const int Changes = 80;
    private const int Programs = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task ConfigJson_EditorCommandLineAndDaemonAtOnce_LosesOnlyWhatTheEditorOverwrote()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync();
        string hello = await daemon.CompileAsync("hello");
        string[] programs = [.. Enumerable.Range(0, Programs).Select(i => Path.Combine(daemon.Work, $"hello{i}"))];
        foreach (string program in programs)
        {
            ProgramFile.Copy(hello, program);
            await daemon.CliOkAsync("register", program, "--read", "demo");
        }

        string editor = await daemon.CompileAsync("editor");
        string[] acknowledged;
        using (Process editing = Command.Start(editor, [daemon.ConfigFile, daemon.Work], daemon.Environment))
        {
            try
            {
                Task<string[]> raising = RaiseAsync(daemon, programs);
                string[] allowed = await AllowAsync(daemon, programs[0]);
                acknowledged = [.. allowed, .. await raising.WaitAsync(Patience, TestContext.Current.CancellationToken)];
            }
            finally
            {
                await Command.RunAsync("kill", [editing.Id.ToString(CultureInfo.InvariantCulture)]);
                await editing.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
            }

            output.WriteLine($"saves of the editor, and how many overwrote what it had not seen: {await editing.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)}");
            Assert.Equal("", await editing.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            Assert.Equal(0, editing.ExitCode);
        }

        HashSet<string> overwritten = Overwritten(daemon.Work);
        HashSet<string> kept = Facts(daemon.ConfigFile);
        Assert.Empty(acknowledged.Except(kept).Except(overwritten));
        Assert.True(acknowledged.Intersect(kept).Any(), "The editor has overwritten everything: the test has lost its point.");
        await daemon.CliOkAsync("list");
        await daemon.CliOkAsync("audit", "verify");
        Assert.Equal(0, await daemon.StopAsync());
    }

    private static async Task<string[]> AllowAsync(TestDaemon daemon, string program)
    {
        for (int i = 0; i < Changes; i++)
        {
            await daemon.CliOkAsync("allow", program, "--read", $"s{i}");

            // As it stands at this moment it can be read, whoever wrote last.
            Facts(daemon.ConfigFile);
        }

        return [.. Enumerable.Range(0, Changes).Select(i => $"{program} reads s{i}")];
    }

    // Each program shows that it speaks version 2, which the daemon writes down before it welcomes it.
    private static async Task<string[]> RaiseAsync(TestDaemon daemon, string[] programs)
    {
        foreach (string program in programs)
        {
            CommandResult result = await daemon.RunAsync(program, daemon.Socket);
            Assert.True(result.ExitCode == 0, result.ToString());
        }

        return [.. programs.Select(program => $"{program} speaks 2")];
    }

    private static HashSet<string> Overwritten(string directory)
    {
        var facts = new HashSet<string>();
        foreach (string file in Directory.GetFiles(directory, "overwritten.*"))
        {
            facts.UnionWith(Facts(file).Except(Facts(file.Replace("overwritten.", "read.", StringComparison.Ordinal))));
        }

        return facts;
    }

    private static HashSet<string> Facts(string file)
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(file));
        var facts = new HashSet<string>();
        foreach (JsonElement entry in config.RootElement.GetProperty("registered_binaries").EnumerateArray())
        {
            string path = entry.GetProperty("path").GetString()!;
            facts.UnionWith(entry.GetProperty("allowed_read_services").EnumerateArray().Select(service => $"{path} reads {service.GetString()}"));
            if (entry.TryGetProperty("protocol", out JsonElement protocol))
            {
                facts.Add($"{path} speaks {protocol.GetInt32()}");
            }
        }

        return facts;
    }
}
