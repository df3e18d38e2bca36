namespace KeychainAuth.Cli.Commands;

/// <summary><c>key</c>: the keys that seal values in system mode.</summary>
internal sealed class KeyCommand : System.CommandLine.Command
{
    internal KeyCommand(CliContext context)
        : base("key", "Look after the keys that seal values in system mode: make, rotate, export, import. For root.")
    {
        Subcommands.Add(new KeyInitCommand(context));
        Subcommands.Add(new KeyStatusCommand(context));
        Subcommands.Add(new KeyRotateCommand(context));
        Subcommands.Add(new KeyForgetPreviousCommand(context));
        Subcommands.Add(new KeyExportCommand(context));
        Subcommands.Add(new KeyImportCommand(context));
    }

    internal static System.CommandLine.Option<string?> WithKey() => new("--with-key")
    {
        Description = "What seals it: auto (the default: TPM2 where there is one, and the host key), tpm2, host, host+tpm2, or none for a root-only file.",
        HelpName = "KIND",
    };

    internal static System.CommandLine.Option<string?> PassphraseDescriptor() => new("--passphrase-fd")
    {
        Description = "Read the passphrase from this descriptor, up to the end of the line, instead of from the terminal.",
        HelpName = "N",
    };

    /// <summary>An option and its value as the daemon's program takes them; nothing where it was not given.</summary>
    internal static string[] Pass(System.CommandLine.ParseResult arguments, System.CommandLine.Option<string?> option) =>
        arguments.GetValue(option) is { } value ? [option.Name, value] : [];
}
