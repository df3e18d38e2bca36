namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>A digest that is being computed, and how many wait for it. Guarded by its <see cref="FileHasher"/>'s lock.</summary>
internal sealed class HashingJob : IDisposable
{
    private readonly CancellationTokenSource _abandoned = new();
    private bool _over;

    public Task<FileHash> Completion { get; set; } = Task.FromResult(
        FileHash.Refused(Refusal.Unverifiable("The hashing of a code file has not begun.")));

    public int Waiters { get; set; }

    public CancellationToken Abandoned => _abandoned.Token;

    public void Abandon()
    {
        if (!_over)
        {
            _abandoned.Cancel();
        }
    }

    public void Dispose()
    {
        _over = true;
        _abandoned.Dispose();
    }
}
