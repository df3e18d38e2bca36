using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreFile;

/// <summary>The store writer, killed with SIGKILL at a random moment after a random acknowledgement: anywhere in a write.</summary>
[SupportedOSPlatform("linux")]
internal sealed class KilledWriter(string home, TimeSpan longestPause, params string[] arguments)
{
    private readonly Random _random = new(20260521);

    /// <summary>The last batch that it has acknowledged.</summary>
    internal long Acknowledged { get; private set; }

    /// <summary>Has it write on after the last acknowledged batch, and kills it.</summary>
    internal async Task RunAndKillAsync()
    {
        ProcessStartInfo start = new(
            Path.Combine(AppContext.BaseDirectory, "KeychainAuth.Tests.StoreWriter"),
            ["write", home, (Acknowledged + 1).ToString(CultureInfo.InvariantCulture), .. arguments])
        {
            RedirectStandardOutput = true,
        };
        using Process writer = Process.Start(start)!;
        try
        {
            int acknowledgements = _random.Next(1, 8);
            for (int i = 0; i < acknowledgements; i++)
            {
                Acknowledged = Parse(await writer.StandardOutput.ReadLineAsync(KeyringHome.Cancellation).AsTask().WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation));
            }

            SpinFor(longestPause * _random.NextDouble());
        }
        finally
        {
            writer.Kill();
            await writer.WaitForExitAsync(KeyringHome.Cancellation).WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        }

        // What it had still said before it died counts too.
        string rest = await writer.StandardOutput.ReadToEndAsync(KeyringHome.Cancellation).WaitAsync(KeyringHome.Patience, KeyringHome.Cancellation);
        foreach (string line in rest.Split('\n')[..^1])
        {
            Acknowledged = Parse(line);
        }
    }

    /// <summary>A number that it has written or said.</summary>
    internal static long Parse(string? text) => long.Parse(Assert.IsType<string>(text), CultureInfo.InvariantCulture);

    // A kill has to fall within a write that takes a fraction of a millisecond: no timer is that fine.
    private static void SpinFor(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            Thread.SpinWait(10);
        }
    }
}
