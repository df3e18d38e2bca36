using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreSecretService.Bus;
using static Interop.GLib;

namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>
/// Has the provider show its prompts: one at a time, only where somebody could see them, and not for ever. Used on the
/// GLib thread only.
/// </summary>
internal sealed class Prompter(SecretServiceSettings settings, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    internal bool CanAsk => settings.HasDisplay;

    /// <summary>Shows a prompt and waits for the answer.</summary>
    /// <param name="provider">Whose prompt it is.</param>
    /// <param name="prompt">The prompt's object path.</param>
    /// <param name="silence">The caller's patience with the provider; it does not pass while a person is asked.</param>
    /// <exception cref="StoreException">It was dismissed, stayed without an answer, or cannot be shown.</exception>
    /// <exception cref="ProviderGoneException">The provider went away meanwhile.</exception>
    internal async Task AskAsync(SecretProvider provider, string prompt, Silence silence)
    {
        if (!CanAsk)
        {
            await DismissAsync(provider, prompt);
            throw Failures.CannotPrompt();
        }

        silence.Pause();
        using var asking = new Silence(settings.PromptTimeout, time, silence.Caller);
        bool mine = false;
        try
        {
            await _one.WaitAsync(asking.Token);
            mine = true;
            if (await ShowAsync(provider, prompt, asking))
            {
                throw Failures.PromptDismissed();
            }
        }
        catch (OperationCanceledException) when (!provider.Gone.IsCancellationRequested)
        {
            await DismissAsync(provider, prompt);
            if (asking.WasTooLong)
            {
                throw Failures.PromptUnanswered(settings.PromptTimeout);
            }

            throw;
        }
        finally
        {
            if (mine)
            {
                _one.Release();
            }

            silence.Broken();
        }
    }

    public void Dispose() => _one.Dispose();

    // True when it was dismissed.
    private static async Task<bool> ShowAsync(SecretProvider provider, string prompt, Silence asking)
    {
        var completed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using SignalSubscription subscription = provider.Subscribe(
            ServiceNames.Prompt, "Completed", prompt, arguments => completed.TrySetResult(!Variants.Is(arguments, "(bv)") || IsDismissed(arguments)));
        using (await provider.CallAsync(prompt, ServiceNames.Prompt, "Prompt", Variants.Tuple(Variants.Text("")), "()", asking))
        {
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(asking.Token, provider.Gone);
        try
        {
            return await completed.Task.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (provider.Gone.IsCancellationRequested)
        {
            throw new ProviderGoneException(busIsGone: false);
        }
    }

    private static bool IsDismissed(SafeVariantHandle arguments)
    {
        using SafeVariantHandle dismissed = VariantGetChildValue(arguments, 0);
        return VariantGetBoolean(dismissed) != 0;
    }

    // A prompt that nobody waits for must not stay on the screen. Whether that works changes nothing for the caller.
    private async Task DismissAsync(SecretProvider provider, string prompt)
    {
        using var silence = new Silence(TimeSpan.FromSeconds(1), time, CancellationToken.None);
        try
        {
            using (await provider.CallAsync(prompt, ServiceNames.Prompt, "Dismiss", Variants.Tuple(), "()", silence))
            {
            }
        }
        catch (Exception e) when (e is BusException or ProviderGoneException or OperationCanceledException)
        {
            // It is gone already, or so is the provider, or it hangs.
        }
    }
}
