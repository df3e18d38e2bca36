using System.Globalization;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreSecretService;

/// <summary>The plugin's settings, checked.</summary>
/// <param name="Collection">Alias, label or last part of the object path of the collection; null means the default one.</param>
/// <param name="BusAddress">The session bus's address; null means the environment's.</param>
/// <param name="Timeout">How long the bus or the provider may be silent while a call waits for it.</param>
/// <param name="PromptTimeout">How long a prompt stays open.</param>
/// <param name="HasDisplay">Whether somebody could see a prompt.</param>
internal sealed record SecretServiceSettings(
    string? Collection, string? BusAddress, TimeSpan Timeout, TimeSpan PromptTimeout, bool HasDisplay)
{
    internal const string CollectionKey = "collection";
    internal const string BusAddressKey = "bus_address";
    internal const string TimeoutKey = "timeout_seconds";
    internal const string PromptTimeoutKey = "prompt_timeout_seconds";

    private const string DisplayMarker = "display";
    private const int MaxSeconds = 600;

    internal static SecretServiceSettings From(PluginContext context)
    {
        // Ten seconds: below the daemon's own patience with a store, so that the sentence a client gets is this plugin's.
        var settings = new SecretServiceSettings(
            null, null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(120), context.Environment.Markers.Contains(DisplayMarker));
        foreach ((string key, string value) in context.Settings)
        {
            settings = key switch
            {
                CollectionKey when value.Length > 0 && !value.Any(char.IsControl) => settings with { Collection = value },
                CollectionKey => throw new PluginSettingsException($"Setting '{CollectionKey}' of {context.Id} must be the name of a collection, without control characters."),
                BusAddressKey when Bus.BusAddress.IsUsable(value) => settings with { BusAddress = value },
                BusAddressKey => throw new PluginSettingsException($"Setting '{BusAddressKey}' of {context.Id} is '{value}'; it must be a D-Bus address of a local socket, such as 'unix:path=/run/user/1000/bus'."),
                TimeoutKey => settings with { Timeout = Seconds(context, key, value) },
                PromptTimeoutKey => settings with { PromptTimeout = Seconds(context, key, value) },
                _ => throw new PluginSettingsException($"Setting '{key}' is unknown to {context.Id}; it knows '{CollectionKey}', '{TimeoutKey}', '{PromptTimeoutKey}' and '{BusAddressKey}'."),
            };
        }

        return settings;
    }

    private static TimeSpan Seconds(PluginContext context, string key, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds is >= 1 and <= MaxSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new PluginSettingsException($"Setting '{key}' of {context.Id} is '{value}'; it must be a whole number of seconds from 1 to {MaxSeconds}.");
}
