using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService.Bus;
using static Interop.GLib;

namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>
/// Unlocks a collection through the provider's own prompt. All requests that need it wait for the same prompt; none waits
/// longer than it would for anything else, and the prompt stays for the next one. A person who dismissed it is left alone
/// for a while. Used on the GLib thread only.
/// </summary>
internal sealed class Unlocker(SecretServiceSettings settings, Prompter prompter, TimeProvider time, CancellationToken closing)
{
    /// <summary>How long nobody is asked again after a prompt that was dismissed or not answered.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    /// <summary>How long one request waits for a prompt: less than the daemon's patience with a store.</summary>
    internal static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    private Task _running = Task.CompletedTask;
    private long? _dismissed;

    /// <summary>Ends when no prompt is open.</summary>
    internal Task Idle => _running;

    /// <exception cref="StoreException">It stays locked.</exception>
    /// <exception cref="ProviderGoneException">The provider went away meanwhile.</exception>
    internal async Task UnlockAsync(SecretProvider provider, string collection, CancellationToken cancellationToken)
    {
        if (!prompter.CanAsk)
        {
            throw Failures.CannotPrompt();
        }

        if (_running.IsCompleted)
        {
            if (_dismissed is { } before && time.GetElapsedTime(before) is var passed && passed < Pause)
            {
                throw Failures.PromptDismissedBefore(Pause - passed);
            }

            _running = RunAsync(provider, collection);
            _ = _running.ContinueWith(task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        try
        {
            await _running.WaitAsync(Wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Failures.PromptOpen();
        }
    }

    private async Task RunAsync(SecretProvider provider, string collection)
    {
        using var silence = new Silence(settings.Timeout, time, closing);
        try
        {
            string prompt;
            using (SafeVariantHandle reply = await provider.CallAsync(
                ServiceNames.Path, ServiceNames.Service, "Unlock", Variants.Tuple(Variants.ObjectPaths([collection])), "(aoo)", silence))
            {
                prompt = Variants.ChildText(reply, 1);
            }

            if (prompt != ServiceNames.NoPath)
            {
                await prompter.AskAsync(provider, prompt, silence);
            }

            // Some providers report success of a prompt that never came up.
            if (await SecretCollection.IsLockedAsync(provider, collection, silence))
            {
                throw Failures.StillLocked();
            }

            _dismissed = null;
        }
        catch (StoreException)
        {
            _dismissed = time.GetTimestamp();
            throw;
        }
        catch (OperationCanceledException) when (silence.WasTooLong)
        {
            throw Failures.Silent(settings.Timeout);
        }
    }
}
