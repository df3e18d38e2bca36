using System.Runtime.Versioning;

namespace KeychainAuth.Tests.Support.SecretService;

/// <summary>The fake provider of tests/Programs/fake-secret-service.py on a bus: it does what it is told, and says what it was asked.</summary>
[SupportedOSPlatform("linux")]
public sealed class FakeProvider(PrivateBus bus, BusProgram program)
{
    public static readonly string Script = Path.Combine(RepositoryPaths.Programs, "fake-secret-service.py");

    public int ProcessId => program.ProcessId;

    public static async Task<FakeProvider> StartAsync(PrivateBus bus, params string[] settings)
    {
        BusProgram program = bus.Start("/usr/bin/python3", [Script, .. settings]);
        await program.WaitForLineAsync("named");
        return new FakeProvider(bus, program);
    }

    public Task SetAsync(string setting) => bus.RunOkAsync(
        "gdbus",
        ["call", "--session", "--dest", "org.freedesktop.secrets", "--object-path", "/org/freedesktop/secrets", "--method", "org.keychainauth.Fake.Set", setting]);

    /// <summary>How often a method was called so far, all calls that were answered by now included.</summary>
    public async Task<int> CountCallsAsync(string method)
    {
        // What it prints comes in order: with this mark, all before it is here.
        string mark = Guid.NewGuid().ToString("N");
        await SetAsync($"mark={mark}");
        await program.WaitForLineAsync($"marked {mark}");
        return program.Output.Split('\n').Count(line => line == $"called {method}");
    }

    public Task WaitForCallAsync(string method, int count = 1) => program.WaitForExactLineAsync($"called {method}", count);

    public async Task KillAsync()
    {
        await Signals.SendAsync(program.ProcessId, "KILL");
        await WaitForExitAsync();
    }

    public async Task WaitForExitAsync()
    {
        await program.WaitForExitAsync();
        await bus.WaitForNoNameAsync("org.freedesktop.secrets");
    }
}
