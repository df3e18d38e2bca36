namespace KeychainAuth.Plugins.StoreSecretService.Provider;

/// <summary>D-Bus names of errors, by what they mean here.</summary>
internal static class ErrorNames
{
    internal const string IsLocked = "org.freedesktop.Secret.Error.IsLocked";
    internal const string NoSession = "org.freedesktop.Secret.Error.NoSession";
    internal const string InvalidObjectPath = "org.qtproject.QtDBus.Error.InvalidObjectPath";
    internal const string AccessDenied = "org.freedesktop.DBus.Error.AccessDenied";

    internal const string InvalidArguments = "org.freedesktop.DBus.Error.InvalidArgs";

    /// <summary>There is nobody at the name. Which of them comes depends on the bus.</summary>
    internal static bool IsNobody(string? name) => name is
        "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.NameHasNoOwner"
        or "org.freedesktop.DBus.Error.NotSupported" or "org.freedesktop.DBus.Error.FileNotFound";

    /// <summary>Whoever was at the name has gone in the middle of a call.</summary>
    internal static bool IsGone(string? name) => name is
        "org.freedesktop.DBus.Error.NoReply" or "org.freedesktop.DBus.Error.Disconnected"
        or "org.freedesktop.DBus.Error.ServiceUnknown" or "org.freedesktop.DBus.Error.NameHasNoOwner";

    /// <summary>The object is not there. GNOME Keyring says UnknownMethod, KWallet and KeePassXC UnknownObject.</summary>
    internal static bool IsNoObject(string? name) => name is
        "org.freedesktop.Secret.Error.NoSuchObject" or "org.freedesktop.DBus.Error.UnknownObject"
        or "org.freedesktop.DBus.Error.UnknownMethod" or "org.freedesktop.DBus.Error.UnknownInterface";

    /// <summary>The bus was to start a provider and could not.</summary>
    internal static bool IsFailedStart(string? name) => name?.StartsWith("org.freedesktop.DBus.Error.Spawn.", StringComparison.Ordinal) == true
        || name is "org.freedesktop.DBus.Error.TimedOut" or "org.freedesktop.DBus.Error.Timeout";
}
