using System.Text.Unicode;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Plugin;

namespace KeychainAuth.Client;

/// <summary>Faults of the caller's, found before anything is sent. Messages never hold a value.</summary>
internal static class RequestCheck
{
    /// <exception cref="ArgumentException">A name is none that the protocol allows.</exception>
    internal static void Names(string service, IReadOnlyList<string> targets, bool mayBeEmpty = false)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(targets);
        Require(NameRules.CheckService(service), nameof(service));
        Require(targets.Count > 0 || mayBeEmpty ? null : "targets must not be empty.", nameof(targets));
        foreach (string target in targets)
        {
            Require(NameRules.CheckTarget(target), nameof(targets));
        }
    }

    /// <exception cref="ArgumentException">They cannot be written in one request.</exception>
    internal static void Secrets(IReadOnlyList<Secret> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        Require(secrets.Count > 0 ? null : "secrets must not be empty.", nameof(secrets));
        foreach (Secret secret in secrets)
        {
            Require(Utf8.IsValid(secret.Value.Span) ? null : $"The value of '{secret.Target}' is not valid UTF-8; encode it, for example as base64.", nameof(secrets));
            Require(IsSame(secret.Attributes, secrets[0].Attributes) ? null : "All secrets of one request must have the same attributes.", nameof(secrets));
        }
    }

    private static bool IsSame(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        ReferenceEquals(one, other)
        || (one.Count == other.Count && one.All(a => other.TryGetValue(a.Key, out string? value) && value == a.Value));

    private static void Require(string? fault, string parameter)
    {
        if (fault is not null)
        {
            throw new ArgumentException(fault, parameter);
        }
    }
}
