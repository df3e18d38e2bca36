using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.CommandLine;

/// <summary>A place with one registered program, one that waits, and all kinds of things that are no programs.</summary>
[SupportedOSPlatform("linux")]
public sealed class BadInputPlace : IAsyncLifetime
{
    private TestDaemon? _daemon;

    internal TestDaemon Daemon => _daemon!;

    /// <summary>What stands for what in the arguments of the cases.</summary>
    internal Dictionary<string, string> Names { get; } = [];

    public async ValueTask InitializeAsync()
    {
        TestDaemon daemon = _daemon = await TestDaemon.StartAsync();
        string tool = await daemon.CompileAsync("relay", "tool");
        await daemon.CliOkAsync("register", tool, "--read", "demo");
        string twin = Path.Combine(daemon.Work, "twin");
        File.Copy(tool, twin);
        await daemon.CliOkAsync("register", twin, "--read", "demo");
        string[] waiting = [await daemon.CompileAsync("relay", "waiting", "-DWAITING"), Path.Combine(daemon.Work, "waiting2")];
        await daemon.RunAsync("strip", waiting[0]);
        ProgramFile.Copy(waiting[0], waiting[1]);
        foreach (string program in waiting)
        {
            await using RelayClient client = daemon.Connect(program);
            await client.ReadToEndAsync();
        }

        Assert.Equal(0, await daemon.StopAsync());
        await MakeFilesAsync(daemon, tool);
        Names["{hash}"] = await HashAsync(tool);
        Names["{waiting-hash}"] = await HashAsync(waiting[0]);
        Names["{waiting}"] = waiting[0];
        Names["{unknown-hash}"] = new string('0', 64);
        Names["{129}"] = new string('s', 129);
        Names["{513}"] = new string('t', 513);
        Names["{esc}"] = "\u001b[31mred";
        Names["{lf}"] = "two\nlines";
    }

    public ValueTask DisposeAsync() => _daemon?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal string[] Resolve(string[] arguments) =>
        [.. arguments.Select(argument => Names.Aggregate(argument, (text, name) => text.Replace(name.Key, name.Value, StringComparison.Ordinal)))];

    private async Task MakeFilesAsync(TestDaemon daemon, string tool)
    {
        Names["{tool}"] = tool;
        Names["{missing}"] = Path.Combine(daemon.Work, "missing");
        Names["{directory}"] = daemon.Work;
        Names["{fifo}"] = Path.Combine(daemon.Work, "fifo");
        Assert.Equal(0, (await Command.RunAsync("mkfifo", [Names["{fifo}"]])).ExitCode);
        await WriteAsync("{script}", "script", "#!/bin/sh\necho hello\n", isExecutable: true);
        await WriteAsync("{text}", "text", "no program\n", isExecutable: true);
        await WriteAsync("{empty}", "empty", "", isExecutable: true);
        await WriteAsync("{plain}", "plain", "", isExecutable: false);
        await WriteAsync("{colour}", "colour\u001b[31m", "no program\n", isExecutable: true);
        File.Copy(tool, Names["{plain}"], overwrite: true);
        File.SetUnixFileMode(Names["{plain}"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Link("{shell-link}", "my-shell", "/bin/sh");
        Link("{loop}", "loop", Path.Combine(daemon.Work, "loop"));
        Link("{dangling}", "dangling", Names["{missing}"]);
        Names["{python-copy}"] = Path.Combine(daemon.Work, "python3.11");
        File.Copy(tool, Names["{python-copy}"]);
    }

    private async Task WriteAsync(string name, string file, string text, bool isExecutable)
    {
        string path = Path.Combine(Daemon.Work, file);
        await File.WriteAllTextAsync(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | (isExecutable ? UnixFileMode.UserExecute : 0));
        Names[name] = path;
    }

    private void Link(string name, string file, string target)
    {
        Names[name] = Path.Combine(Daemon.Work, file);
        File.CreateSymbolicLink(Names[name], target);
    }

    private static async Task<string> HashAsync(string path) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(path)));
}
