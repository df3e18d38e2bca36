namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>Names of the Secret Service API 0.2 and of D-Bus.</summary>
internal static class ServiceNames
{
    internal const string Bus = "org.freedesktop.secrets";
    internal const string Path = "/org/freedesktop/secrets";
    internal const string Service = "org.freedesktop.Secret.Service";
    internal const string Collection = "org.freedesktop.Secret.Collection";
    internal const string Item = "org.freedesktop.Secret.Item";
    internal const string Prompt = "org.freedesktop.Secret.Prompt";
    internal const string Properties = "org.freedesktop.DBus.Properties";

    internal const string DefaultAlias = "default";

    /// <summary>Stands for "none" where an object path is demanded.</summary>
    internal const string NoPath = "/";
}
