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

    public int Calls(string method) => program.Output.Split('\n').Count(line => line == $"called {method}");

    public Task WaitForCallAsync(string method, int count = 1) => program.WaitForLineAsync($"called {method}", count);

    public async Task KillAsync()
    {
        await PrivateBus.SignalAsync("KILL", program.ProcessId);
        await program.WaitForExitAsync();
    }

    public Task WaitForExitAsync() => program.WaitForExitAsync();
}
