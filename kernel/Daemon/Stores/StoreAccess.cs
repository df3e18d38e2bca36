using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Requests;
using KeychainAuth.Plugin;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Stores;

/// <summary>
/// The only way to a user's secrets: one call each way. Puts a deadline on the store and turns its failures into the
/// protocol's words. Owns the store.
/// </summary>
internal sealed partial class StoreAccess(ISecretStore store, string storeId, TimeSpan timeout, ILogger<StoreAccess> logger) : IAsyncDisposable
{
    internal string Id { get; } = storeId;

    // A store gets its cancellation first; one that ignores it is abandoned this much later.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    // The deadline of a call that has ended in time, for the next one.
    private CancellationTokenSource? _spare;

    /// <exception cref="Refusal">The store could not answer.</exception>
    internal ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        RunAsync(token => store.ReadAsync(service, targets, token), cancellationToken, Dispose);

    /// <exception cref="Refusal">Nothing, or only what its message says, was written.</exception>
    internal async ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken) =>
        _ = await RunAsync(
            async token =>
            {
                // Copies, zeroed when the store is done with them: one that is abandoned because it does not answer may
                // still be reading when the request's own buffers are zeroed, and must not write zeroes for a value.
                Secret[] own = [.. secrets.Select(s => new Secret(s.Target, new SecretBuffer(s.Value.Span), s.Attributes))];
                try
                {
                    await store.WriteAsync(service, own, token);
                    return true;
                }
                finally
                {
                    Dispose(own);
                }
            },
            cancellationToken);

    /// <exception cref="Refusal">Nothing, or only what its message says, was deleted.</exception>
    internal ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken) =>
        RunAsync(token => store.DeleteAsync(service, targets, token), cancellationToken);

    /// <exception cref="Refusal">The store could not answer.</exception>
    internal ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken) =>
        RunAsync(token => store.SearchAsync(service, prefixes, token), cancellationToken);

    /// <summary>How many services and items there are.</summary>
    /// <returns>Null when the store cannot list its services.</returns>
    /// <exception cref="Refusal">The store could not answer.</exception>
    internal async Task<(int Services, int Items)?> CountAsync(CancellationToken cancellationToken)
    {
        if (store is not IServiceEnumeration enumeration)
        {
            return null;
        }

        IReadOnlyList<string> services = await RunAsync(enumeration.ListServicesAsync, cancellationToken);
        int items = 0;
        foreach (string service in services)
        {
            items += (await SearchAsync(service, [], cancellationToken)).Count;
        }

        return (services.Count, items);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private async ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> call, CancellationToken cancellationToken, Action<T>? discard = null)
    {
        CancellationTokenSource deadline = Interlocked.Exchange(ref _spare, null) ?? new CancellationTokenSource();
        deadline.CancelAfter(timeout);
        Task<T>? running = null;
        try
        {
            ValueTask<T> answer = call(deadline.Token);
            if (answer.IsCompletedSuccessfully)
            {
                return answer.Result;
            }

            running = answer.AsTask();
            await using CancellationTokenRegistration stopping = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
            return await running.WaitAsync(timeout + Grace, cancellationToken);
        }
        catch (StoreException e)
        {
            throw new Refusal(ReasonFor(e.Error), Describe(e));
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            Abandon(running, discard);
            throw new Refusal(Reason.StoreUnavailable, $"The store '{Id}' did not answer within {timeout.TotalSeconds:0} seconds.");
        }
        catch (OperationCanceledException)
        {
            Abandon(running, discard);
            throw;
        }
        catch (Exception e)
        {
            // Foreign code. Its message is not ours to vouch for, so neither client nor log get it.
            LogStoreFailed(logger, Id, e.GetType().FullName, e.StackTrace);
            throw new Refusal(Reason.InternalError, $"The store '{Id}' failed; the daemon's log says where.");
        }
        finally
        {
            // One that an abandoned call may still look at is left to it.
            if (running is { IsCompleted: false } || !deadline.TryReset() || Interlocked.CompareExchange(ref _spare, deadline, null) is not null)
            {
                deadline.Dispose();
            }
        }
    }

    // What an abandoned read may still bring is zeroed when it comes, and its failure has been reported.
    private static void Abandon<T>(Task<T>? running, Action<T>? discard) => running?.ContinueWith(
        task =>
        {
            if (task.IsCompletedSuccessfully)
            {
                discard?.Invoke(task.Result);
            }
            else
            {
                _ = task.Exception;
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private static void Dispose(IReadOnlyList<Secret> secrets)
    {
        foreach (Secret secret in secrets)
        {
            secret.Dispose();
        }
    }

    private static string Describe(StoreException e) =>
        e.Completed is { } completed ? $"{e.Message} Items of the request that were done before: {completed}." : e.Message;

    private static Reason ReasonFor(StoreError error) => error switch
    {
        StoreError.Locked or StoreError.UserCancelled => Reason.StoreLocked,
        StoreError.AccessDenied or StoreError.Unavailable or StoreError.Timeout => Reason.StoreUnavailable,
        StoreError.TooLarge => Reason.ValueTooLarge,
        _ => Reason.InternalError,
    };

    [LoggerMessage(LogLevel.Error, "The store {StoreId} threw {Exception}: {StackTrace}")]
    private static partial void LogStoreFailed(ILogger logger, string storeId, string? exception, string? stackTrace);
}
