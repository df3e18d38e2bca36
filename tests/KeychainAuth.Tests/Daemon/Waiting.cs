namespace KeychainAuth.Tests.Daemon;

/// <summary>Waiting for what happens on another thread and tells nobody.</summary>
internal static class Waiting
{
    internal static async Task UntilAsync(Func<bool> holds)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!holds())
        {
            await timer.WaitForNextTickAsync(deadline.Token);
        }
    }
}
