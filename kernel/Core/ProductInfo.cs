using System.Reflection;

namespace KeychainAuth.Core;

/// <summary>Names and version that users and existing clients see.</summary>
internal static class ProductInfo
{
    internal const string CommandName = "keychain-auth";
    internal const string DaemonName = "keychain-authd";

    /// <summary>The product's version, for example <c>4.0.0</c>.</summary>
    internal static string Version { get; } =
        typeof(ProductInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
