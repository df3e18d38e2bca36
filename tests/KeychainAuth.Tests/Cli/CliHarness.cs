using System.Collections;
using System.Text.Json;
using KeychainAuth.Cli;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Paths;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Cli;

/// <summary>The command line in this process, with a home of its own.</summary>
internal sealed class CliHarness : IDisposable
{
    private readonly TestDirectory _home = new();
    private RunProcess? _run;

    internal CliHarness()
    {
        Paths = UserPaths.ForLinux(_home.Path, _ => null);
        Directory.CreateDirectory(Program);
    }

    internal UserPaths Paths { get; }

    internal ManualTime Time { get; } = new();

    internal Hashtable Environment { get; } = [];

    /// <summary>Where the daemon is looked for.</summary>
    internal string Program => _home.Combine("program");

    /// <summary>Where the launcher is looked for.</summary>
    internal string Launcher => Path.Combine(Program, "keychain-auth-launch");

    internal string Home => _home.Path;

    /// <summary>What the process would have become.</summary>
    internal (string Path, IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment)? Replaced { get; private set; }

    /// <summary>Puts a daemon beside the command line that says who signed any program.</summary>
    internal void SetSigner(string? signer)
    {
        File.WriteAllText(Path.Combine(Program, "keychain-authd"), "");
        _run = (_, arguments, _) => (arguments[0] == "--find-signer" ? 0 : 2, signer + "\n");
    }

    internal PendingQueue Pending => new(Paths.PendingFile, Time);

    internal CommandResult Run(params string[] arguments) => Run(CancellationToken.None, arguments);

    internal CommandResult Run(CancellationToken stop, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = CommandLine.Run(Context(output, error, stop), arguments);
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    internal CliContext Context(TextWriter output, TextWriter error, CancellationToken stop) => new()
    {
        Paths = Paths,
        Out = output,
        Error = error,
        Environment = Environment,
        ProgramDirectory = Program,
        Time = Time,
        Inspector = new ExecutableInspector(_ => true),
        Replace = (path, arguments, environment) =>
        {
            Replaced = (path, arguments, environment);
            return "it was only a test";
        },
        Run = _run,
        Stop = stop,
    };

    /// <summary>Runs a command that has to succeed.</summary>
    internal string Do(params string[] arguments)
    {
        CommandResult result = Run(arguments);
        Assert.True(result is { ExitCode: 0, Error: "" }, result.ToString());
        return result.Output;
    }

    internal JsonElement DoJson(params string[] arguments) => JsonDocument.Parse(Do(arguments)).RootElement;

    /// <summary>Runs a command that has to fail with one sentence and change nothing.</summary>
    internal string Fail(int code, params string[] arguments)
    {
        Dictionary<string, string> before = Snapshot();
        CommandResult result = Run(arguments);
        Assert.True(result.ExitCode == code, result.ToString());
        Assert.Equal("", result.Output);
        Assert.StartsWith("keychain-auth: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(c => c == '\n'));
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Equal(before, Snapshot());
        return result.Error;
    }

    /// <summary>A small ELF program of its own, with a hash of its own.</summary>
    internal string AddProgram(string name, string salt = "")
    {
        string path = _home.Combine(name);
        File.Copy("/bin/true", path, overwrite: true);
        if (salt.Length > 0)
        {
            File.AppendAllText(path, salt);
        }

        return path;
    }

    internal BinaryEntry[] Entries() => [.. ConfigFile.At(Paths.ConfigFile).Read().RegisteredBinaries];

    internal AuditRecord[] Records() =>
        [.. AuditReader.Files(Paths.AuditFile).SelectMany(AuditReader.Lines).Select(l => AuditReader.Parse(l.Line)!)];

    internal PendingEntry AddPending(string path, string hash, List<PendingCodeFile>? files = null, bool? jit = null)
    {
        var entry = new PendingEntry { Path = path, Hash = hash, Timestamp = Time.GetUtcNow(), Attempts = 1, Files = files, Jit = jit };
        Pending.Add(entry);
        return entry;
    }

    public void Dispose() => _home.Dispose();

    private Dictionary<string, string> Snapshot() => new[] { Paths.ConfigFile, Paths.PendingFile, Paths.AuditFile }
        .Where(File.Exists).ToDictionary(f => f, File.ReadAllText);
}
