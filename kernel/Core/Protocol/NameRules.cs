using System.Text;

namespace KeychainAuth.Core.Protocol;

/// <summary>What a service and a target may be called. Lengths are bytes of UTF-8; nothing is normalised.</summary>
internal static class NameRules
{
    internal const int MaxServiceBytes = 128;
    internal const int MaxTargetBytes = 512;

    // Throws on lone surrogates, which have no UTF-8 form and would otherwise be replaced and so compare equal.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>Null when the name may be used, otherwise a sentence that says why not.</returns>
    internal static string? CheckService(string? service)
    {
        if (Check(service, "service", MaxServiceBytes) is { } fault)
        {
            return fault;
        }

        // Stores and older tools join the two by a colon; with one in the service, two names could read as one.
        return service!.Contains(':', StringComparison.Ordinal) ? "service must not contain ':'." : null;
    }

    /// <returns>Null when the name may be used, otherwise a sentence that says why not.</returns>
    internal static string? CheckTarget(string? target) => Check(target, "target", MaxTargetBytes);

    /// <returns>Null when the attribute may be stored, otherwise a sentence that says why not.</returns>
    internal static string? CheckAttribute(string name, string value)
    {
        if (name.Length == 0 || name.Any(char.IsControl))
        {
            return "attributes: a name must not be empty nor contain a control character.";
        }

        // Keychains whose strings end at NUL would store, and match, another value.
        return value.Contains('\0', StringComparison.Ordinal) ? "attributes: a value must not contain NUL." : null;
    }

    private static string? Check(string? name, string what, int maxBytes)
    {
        if (string.IsNullOrEmpty(name))
        {
            return $"{what} must not be empty.";
        }

        if (name.Length > maxBytes)
        {
            return $"{what} is longer than {maxBytes} bytes.";
        }

        foreach (char c in name)
        {
            if (char.IsControl(c))
            {
                return $"{what} contains a control character.";
            }
        }

        try
        {
            return Strict.GetByteCount(name) > maxBytes ? $"{what} is longer than {maxBytes} bytes." : null;
        }
        catch (EncoderFallbackException)
        {
            return $"{what} contains a lone surrogate.";
        }
    }
}
