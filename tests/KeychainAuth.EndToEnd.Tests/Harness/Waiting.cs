using System.Diagnostics;

namespace KeychainAuth.EndToEnd.Tests.Harness;

/// <summary>Waiting for what another process does and tells nobody.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static async Task UntilAsync(Func<Task<bool>> holds)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "It did not become true.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
