using KeychainAuth.Daemon.Migration;

namespace KeychainAuth.Daemon;

/// <summary>The daemon's command line. People use <c>keychain-auth</c>; this is what it passes on.</summary>
internal sealed record DaemonOptions
{
    internal const string Usage =
        "usage: keychain-authd [--system | --socket PATH] [--transport ID] [--verifier ID] [--store ID] [--explain-plugins [--json] | --self-test | --find-signer PATH | --list-stores [--json] | --copy-store FROM TO [--service S] [--dry-run] [--delete-source]]";

    /// <summary>Serve all users of the machine, under an account of its own, at the paths of system mode.</summary>
    internal bool System { get; init; }

    internal string? Socket { get; init; }

    internal string? Transport { get; init; }

    internal string? Verifier { get; init; }

    internal string? Store { get; init; }

    /// <summary>Print which plugins would be taken, and why, and exit.</summary>
    internal bool ExplainPlugins { get; init; }

    /// <summary>Try the plugins, print what was found, and exit.</summary>
    internal bool SelfTest { get; init; }

    /// <summary>Print who signed the program at this path, and exit.</summary>
    internal string? FindSigner { get; init; }

    /// <summary>Print which stores there are, and exit.</summary>
    internal bool ListStores { get; init; }

    /// <summary>Copy from one store to another, and exit.</summary>
    internal StoreCopyOptions? CopyStore { get; init; }

    internal bool Json { get; init; }

    /// <exception cref="FormatException">The arguments make no sense.</exception>
    internal static DaemonOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new DaemonOptions();
        var copy = new StoreCopyOptions("", "", Service: null, DryRun: false, DeleteSource: false);
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            options = name switch
            {
                "--explain-plugins" => options with { ExplainPlugins = true },
                "--self-test" => options with { SelfTest = true },
                "--find-signer" => options with { FindSigner = Value(arguments, ref i) },
                "--list-stores" => options with { ListStores = true },
                "--copy-store" => options with { CopyStore = copy = copy with { From = Value(arguments, ref i), To = Value(arguments, ref i) } },
                "--service" => options with { CopyStore = copy = copy with { Service = Value(arguments, ref i) } },
                "--dry-run" => options with { CopyStore = copy = copy with { DryRun = true } },
                "--delete-source" => options with { CopyStore = copy = copy with { DeleteSource = true } },
                "--system" => options with { System = true },
                "--json" => options with { Json = true },
                "--socket" => options with { Socket = Value(arguments, ref i) },
                "--transport" => options with { Transport = Value(arguments, ref i) },
                "--verifier" => options with { Verifier = Value(arguments, ref i) },
                "--store" => options with { Store = Value(arguments, ref i) },
                _ => throw new FormatException($"Unknown argument '{name}'."),
            };
        }

        if (options is { System: true, Socket: not null })
        {
            throw new FormatException("--system has its own socket.");
        }

        return options.CopyStore is { From: "" }
            ? throw new FormatException("--service, --dry-run and --delete-source belong to --copy-store FROM TO.")
            : options;
    }

    private static string Value(ReadOnlySpan<string> arguments, ref int index)
    {
        string name = arguments[index++];
        return index < arguments.Length && arguments[index].Length > 0
            ? arguments[index]
            : throw new FormatException($"{name} needs a value.");
    }
}
