using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>
/// The only hand that changes who may do what, by the command line; some of its commands are killed. It remembers what
/// has been acknowledged by exit code 0.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class PolicyChanger(TestDaemon daemon, IEnumerable<string> programs, Random random, double killed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly KnownEntry[] _entries = [.. programs.Select(path => new KnownEntry(path))];
    private long _services;

    internal long Acknowledged { get; private set; }

    internal long Killed { get; private set; }

    internal async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await StepAsync();

            // Not to keep the daemon from starting: the kills are to meet it at work.
            await Task.Delay(random.Next(30), CancellationToken.None);
        }
    }

    /// <summary>Everything acknowledged is in the file, and nothing else but what a killed command may have done.</summary>
    internal void Check()
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(daemon.ConfigFile));
        Dictionary<string, string[]> entries = config.RootElement.GetProperty("registered_binaries").EnumerateArray().ToDictionary(
            entry => entry.GetProperty("path").GetString()!,
            entry => entry.GetProperty("allowed_read_services").EnumerateArray().Select(s => s.GetString()!).ToArray());
        foreach (KnownEntry entry in _entries)
        {
            entry.Check(entries);
        }
    }

    internal async Task StepAsync()
    {
        KnownEntry entry = _entries[random.Next(_entries.Length)];
        int dice = random.Next(100);
        if (entry.IsRegistered != true)
        {
            await RegisterAsync(entry);
        }
        else if (dice < 10)
        {
            await RevokeAsync(entry);
        }
        else if (dice < 30 && entry.Certain.Count > 0)
        {
            await DisallowAsync(entry, entry.Certain.First());
        }
        else
        {
            await AllowAsync(entry, string.Create(CultureInfo.InvariantCulture, $"s{++_services}"));
        }
    }

    private async Task RegisterAsync(KnownEntry entry)
    {
        bool? done = await RunAsync("register", entry.Path);
        Assert.True(done != false, "register failed.");
        entry.IsRegistered = done == true ? true : null;
    }

    private async Task RevokeAsync(KnownEntry entry)
    {
        bool? done = await RunAsync("revoke", entry.Path);
        Assert.True(done != false, "revoke failed.");
        entry.BecomeUncertain();
        entry.IsRegistered = done == true ? false : null;
        if (done == true)
        {
            entry.Possible.Clear();
        }
    }

    private async Task AllowAsync(KnownEntry entry, string service)
    {
        bool? done = await RunAsync("allow", entry.Path, "--read", service);
        Assert.True(done != false, "allow failed.");
        (done == true ? entry.Certain : entry.Possible).Add(service);
    }

    private async Task DisallowAsync(KnownEntry entry, string service)
    {
        bool? done = await RunAsync("disallow", entry.Path, "--read", service);
        Assert.True(done != false, "disallow failed.");
        entry.Certain.Remove(service);
        if (done is null)
        {
            entry.Possible.Add(service);
        }
    }

    /// <returns>Whether it succeeded; null when it was killed before it could say.</returns>
    private async Task<bool?> RunAsync(params string[] arguments)
    {
        using Process process = Command.Start(Path.Combine(RepositoryPaths.Tree, "keychain-auth"), arguments, daemon.Environment);
        if (random.NextDouble() < killed)
        {
            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 12)));
            process.Kill();
        }

        await process.WaitForExitAsync().WaitAsync(Patience);
        if (process.ExitCode == 128 + 9)
        {
            Killed++;
            return null;
        }

        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {await process.StandardError.ReadToEndAsync()}");
        Acknowledged++;
        return true;
    }
}
