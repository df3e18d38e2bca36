using System.Globalization;
using System.IO.Pipes;
using KeychainAuth.Core.Files;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreCredman;
using KeychainAuth.Windows.Tests.Store;

namespace KeychainAuth.Windows.Tests.Processes;

/// <summary>What this program does when a test starts it as another process. It says "ready" and then waits for the end of its input.</summary>
internal static class Roles
{
    internal const string Wait = "wait";
    internal const string Connect = "connect";
    internal const string HoldLock = "hold-lock";
    internal const string WriteCredential = "write-credential";

    internal static int Run(string role, string[] arguments)
    {
        switch (role)
        {
            case Wait:
                Announce();
                break;
            case Connect:
                using (var pipe = new NamedPipeClientStream(".", arguments[0], PipeDirection.InOut))
                {
                    pipe.Connect(10_000);
                    Announce();
                }

                break;
            case HoldLock:
                using (var held = new InterProcessLock(arguments[0]))
                using (held.Enter())
                {
                    Announce();
                }

                break;
            case WriteCredential:
                Write(arguments[0], int.Parse(arguments[1], CultureInfo.InvariantCulture));
                Console.WriteLine("done");
                break;
            default:
                return 2;
        }

        return 0;
    }

    /// <summary>Writes the second value, and stops for ever before the step of that number.</summary>
    private static void Write(string prefix, int stopsBefore)
    {
        var credentials = new StoppingCredentials(new PrefixedCredentials(prefix), stopsBefore, () =>
        {
            Console.WriteLine("stopped");
            Thread.Sleep(Timeout.Infinite);
        });
        var store = new CredmanStore(credentials, new StoreLock(name: null), new CredmanSettings());
        using var secret = new Secret(KillTests.Target, new SecretBuffer(KillTests.NewValue), KillTests.NewAttributes);
        store.WriteAsync(KillTests.Service, [secret], CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    private static void Announce()
    {
        Console.WriteLine("ready");
        Console.In.ReadToEnd();
    }
}
