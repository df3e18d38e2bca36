using System.Globalization;

namespace KeychainAuth.Daemon.Keys;

/// <summary>The command line of <c>keychain-authd key</c>; people use <c>keychain-auth key</c>, which passes it on.</summary>
internal sealed record KeyCommandOptions
{
    internal const string Usage =
        "usage: keychain-authd key init [--with-key KIND] | status [--json] | rotate-master [--with-key KIND] | forget-previous | export FILE [--passphrase-fd N] | import FILE [--passphrase-fd N] [--with-key KIND]";

    internal required string Verb { get; init; }

    internal string File { get; init; } = "";

    internal string WithKey { get; init; } = MasterKeyPlace.Sealings[0];

    internal int? PassphraseDescriptor { get; init; }

    internal bool Json { get; init; }

    /// <exception cref="FormatException">The arguments make no sense.</exception>
    internal static KeyCommandOptions Parse(ReadOnlySpan<string> arguments)
    {
        if (arguments.IsEmpty || arguments[0] is not ("init" or "status" or "rotate-master" or "forget-previous" or "export" or "import"))
        {
            throw new FormatException("The verb of 'key' is missing or not known.");
        }

        var options = new KeyCommandOptions { Verb = arguments[0] };
        int next = 1;
        if (options.Verb is "export" or "import")
        {
            options = arguments.Length > 1 && arguments[1].Length > 0 && !arguments[1].StartsWith('-')
                ? options with { File = Path.GetFullPath(arguments[next++]) }
                : throw new FormatException($"'key {options.Verb}' needs a file.");
        }

        for (; next < arguments.Length; next++)
        {
            options = (arguments[next], options.Verb) switch
            {
                ("--json", "status") => options with { Json = true },
                ("--with-key", "init" or "rotate-master" or "import") => options with { WithKey = Kind(Value(arguments, ref next)) },
                ("--passphrase-fd", "export" or "import") => options with { PassphraseDescriptor = Descriptor(Value(arguments, ref next)) },
                _ => throw new FormatException($"'{arguments[next]}' is unknown to 'key {options.Verb}'."),
            };
        }

        return options;
    }

    private static string Value(ReadOnlySpan<string> arguments, ref int index) =>
        ++index < arguments.Length ? arguments[index] : throw new FormatException($"{arguments[index - 1]} needs a value.");

    private static string Kind(string value) => MasterKeyPlace.Sealings.Contains(value)
        ? value
        : throw new FormatException($"--with-key is one of {string.Join(", ", MasterKeyPlace.Sealings)}.");

    private static int Descriptor(string value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor)
        ? descriptor
        : throw new FormatException("--passphrase-fd is the number of a descriptor.");
}
