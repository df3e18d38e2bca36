using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Files;
using Microsoft.Extensions.Logging;

namespace KeychainAuth.Daemon.Users;

/// <summary>
/// The users that are being served. A user's scope is opened by the first connection and closed when none has been there
/// for a while. Users wait for nobody but themselves: opening, closing and the work of every second happen per user.
/// </summary>
internal sealed partial class UserScopes(IUserScopeFactory factory, TimeProvider time, ILogger<UserScopes> logger) : IAsyncDisposable
{
    /// <summary>How long a scope nobody uses stays open.</summary>
    internal static readonly TimeSpan IdleTime = TimeSpan.FromMinutes(1);

    private const long NoUserId = -1;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Slot> _slots = [];
    private bool _isDisposed;

    /// <summary>How many scopes are open, opening or closing.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _slots.Count;
            }
        }
    }

    /// <summary>Enters a user's scope, opening it where needed.</summary>
    /// <returns>Null when this user is not served.</returns>
    /// <exception cref="UserScopeException">It cannot be opened now.</exception>
    internal async Task<UserScopeLease?> EnterAsync(uint? userId, CancellationToken cancellationToken)
    {
        Slot slot = Take(userId);
        bool isKept = false;
        try
        {
            // The opening itself is not cancelled with the one who waits: others may wait for it too.
            if (await slot.Opening.WaitAsync(cancellationToken) is not { } scope)
            {
                return null;
            }

            isKept = true;
            return new UserScopeLease(scope, () => Leave(slot));
        }
        finally
        {
            if (!isKept)
            {
                Leave(slot);
            }
        }
    }

    /// <summary>Starts the work of every second for each open scope, and closes those that nobody uses.</summary>
    internal void Tick()
    {
        lock (_gate)
        {
            foreach (Slot slot in _slots.Values.Where(s => s.Scope is not null && s.Closing is null && s.Ticking.IsCompleted).ToArray())
            {
                if (slot.Leases == 0 && time.GetElapsedTime(slot.IdleSince) >= IdleTime)
                {
                    slot.Closing = Task.Run(() => CloseAsync(slot));
                }
                else
                {
                    slot.Ticking = Task.Run(() => Tick(slot.Scope!));
                }
            }
        }
    }

    /// <summary>Closes all scopes. Nobody may be in one any more.</summary>
    public async ValueTask DisposeAsync()
    {
        Slot[] slots;
        lock (_gate)
        {
            _isDisposed = true;
            slots = [.. _slots.Values];
            foreach (Slot slot in slots)
            {
                slot.Closing ??= Task.Run(() => CloseAsync(slot));
            }
        }

        await Task.WhenAll(slots.Select(slot => slot.Closing!));
    }

    private Slot Take(uint? userId)
    {
        long key = userId ?? NoUserId;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_slots.TryGetValue(key, out Slot? slot) || slot.Closing is not null)
            {
                // What is being closed is closed first: two scopes of one user never write to the same files.
                Task before = slot?.Closing ?? Task.CompletedTask;
                _slots[key] = slot = new Slot(key, Task.Run(() => OpenAsync(userId, before)));
            }

            slot.Leases++;
            return slot;
        }
    }

    private async Task<UserScope?> OpenAsync(uint? userId, Task before)
    {
        await before;
        return await factory.OpenAsync(userId, CancellationToken.None);
    }

    private void Leave(Slot slot)
    {
        lock (_gate)
        {
            slot.Leases--;
            slot.IdleSince = time.GetTimestamp();

            // A user who is not served leaves nothing behind, and an opening that failed is tried anew by the next.
            if (slot.Leases == 0 && slot.Opening.IsCompleted && slot.Scope is null)
            {
                Forget(slot);
            }
        }
    }

    private async Task CloseAsync(Slot slot)
    {
        // What nobody foresaw there must not leave the scope open.
        await slot.Ticking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (slot.Ticking.Exception is { InnerException: { } unforeseen })
        {
            LogFailed(logger, slot.Key, unforeseen.GetType().Name);
        }

        await ((Task)slot.Opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            if (slot.Scope is { } scope)
            {
                await scope.DisposeAsync();
            }
        }
        catch (Exception e) when (e is AuditException or IOException)
        {
            LogFailed(logger, slot.Key, e.Message);
        }
        catch (Exception e)
        {
            // A store is foreign code: the log gets the type and the place of what it throws.
            LogFailed(logger, slot.Key, $"{e.GetType().FullName} {e.StackTrace}");
        }

        lock (_gate)
        {
            Forget(slot);
        }
    }

    private void Forget(Slot slot)
    {
        if (_slots.TryGetValue(slot.Key, out Slot? known) && known == slot)
        {
            _slots.Remove(slot.Key);
        }
    }

    private void Tick(UserScope scope)
    {
        try
        {
            // Sees what a person has decided even while nobody asks, before counts are put into the queue.
            scope.Policies.Current();
        }
        catch (DocumentException)
        {
            // Whoever asks is told, and the reason is in the audit log.
        }

        scope.Pending.Tick();
        try
        {
            scope.Audit.Tick();
        }
        catch (AuditException e)
        {
            LogFailed(logger, scope.UserId ?? NoUserId, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "User {UserId}: {Cause}")]
    private static partial void LogFailed(ILogger logger, long userId, string cause);

    private sealed class Slot(long key, Task<UserScope?> opening)
    {
        internal long Key { get; } = key;

        internal Task<UserScope?> Opening { get; } = opening;

        internal UserScope? Scope => Opening.IsCompletedSuccessfully ? Opening.Result : null;

        internal int Leases { get; set; }

        internal long IdleSince { get; set; }

        internal Task Ticking { get; set; } = Task.CompletedTask;

        internal Task? Closing { get; set; }
    }
}
