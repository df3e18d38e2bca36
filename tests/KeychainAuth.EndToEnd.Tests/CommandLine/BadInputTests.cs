using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.CommandLine;

/// <summary>Bad input to every command: one clear sentence, the right exit code, and nothing is changed.</summary>
[SupportedOSPlatform("linux")]
public sealed class BadInputTests(BadInputPlace place) : IClassFixture<BadInputPlace>
{
    private const int Failure = 1;
    private const int Usage = 2;

    /// <summary>Exit code, a word of the sentence, arguments.</summary>
    public static TheoryData<int, string, string[]> Cases()
    {
        var cases = new TheoryData<int, string, string[]>();
        void Add(int code, string word, params string[] arguments) => cases.Add(code, word, arguments);

        Add(Usage, "--help", "");
        Add(Usage, "nonsense", "nonsense");
        Add(Usage, "--nonsense", "--nonsense");
        foreach (string command in (string[])["start", "status", "list", "list-pending", "plugins", "audit", "doctor"])
        {
            Add(Usage, "--nonsense", command, "--nonsense");
            Add(Usage, "extra", command, "extra");
        }

        foreach (string command in (string[])["start", "status", "doctor"])
        {
            Add(Usage, "socket", command, "--socket");
            Add(Usage, "socket", command, "--socket", "");
            Add(Usage, "--json", command, "--socket", "--json");
        }

        Add(Failure, "too long", "start", "--socket", "{directory}/" + new string('x', 250));
        Add(Failure, "directory for everybody", "start", "--socket", "/tmp/a.sock");
        Add(Failure, "/dev", "start", "--socket", "/dev/null/a.sock");
        AddPrograms(Add);
        AddGrants(Add);
        AddHashes(Add);
        Add(Usage, "-n", "audit", "-n", "-1");
        Add(Usage, "many", "audit", "-n", "many");
        Add(Usage, "99999999999", "audit", "-n", "99999999999");
        Add(Usage, "extra", "audit", "verify", "extra");
        Add(Usage, "--follow", "audit", "verify", "--follow");
        Add(Failure, "unknown-store", "start", "--store", "../unknown-store");
        Add(Failure, "unknown-store", "start", "--store", "unknown-store");
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Command_BadInput_SaysWhyInOneSentenceAndChangesNothing(int code, string word, string[] arguments)
    {
        string before = await StateAsync();
        string[] resolved = place.Resolve(arguments is [""] ? [] : arguments);
        CommandResult result = await place.Daemon.CliAsync(resolved);
        string what = $"keychain-auth {string.Join(' ', resolved)}: {result}";
        Assert.True(result.ExitCode == code, what);
        string sentence = Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.True(sentence.StartsWith("keychain-auth: ", StringComparison.Ordinal) || sentence.StartsWith("keychain-authd: ", StringComparison.Ordinal), what);
        Assert.True(sentence.Length > 30 && sentence.EndsWith('.'), what);
        Assert.True(sentence.Contains(word, StringComparison.OrdinalIgnoreCase), what);
        Assert.DoesNotContain("unexpected failure", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(sentence, char.IsControl);
        Assert.Equal("", result.Output);
        Assert.Equal(before, await StateAsync());
    }

    // Options come in the place of the program too: "{tool}" and a word of a sentence stand for themselves.
    private static void AddPrograms(Action<int, string, string[]> add)
    {
        (string Program, string Word)[] noPrograms =
        [
            ("{missing}", "no such file"), ("{directory}", "not a regular file"), ("{fifo}", "not a regular file"),
            ("/dev/null", "not a regular file"), ("{tool}/x", "no such file"), ("{dangling}", "no such file"), ("{loop}", "loop"),
            ("{missing}/\u00e4\U0001f511", "no such file"), ("{missing}\ud800", "no such file"),
        ];
        (string Program, string Word)[] badPrograms =
        [
            ("{script}", "/bin/sh"), ("{text}", "not an ELF"), ("{empty}", "not an ELF"), ("{plain}", "chmod +x"), ("{colour}", "colour\\u{1b}"),
            ("/bin/sh", "interpreter"), ("{shell-link}", "interpreter"), ("{python-copy}", "interpreter"), ("/usr/bin/env", "interpreter"),
        ];
        foreach ((string program, string word) in noPrograms)
        {
            add(Failure, word, ["register", program]);
            add(Failure, word, ["authorize", program, "demo"]);
            add(Failure, word, ["upgrade", program]);
            add(Failure, word, ["check", program, "demo"]);
        }

        foreach ((string program, string word) in badPrograms)
        {
            add(Failure, word, ["register", program]);
            add(Failure, word, ["authorize", program, "demo"]);
            add(Failure, word, ["upgrade", program]);
        }

        foreach (string command in (string[])["register", "authorize", "upgrade", "check", "allow", "disallow", "revoke", "approve", "deny"])
        {
            add(Usage, "--help", [command]);
            string[] rest = command is "authorize" or "check" ? ["demo"] : command is "allow" or "disallow" ? ["--read", "demo"] : [];
            add(Usage, command is "approve" or "deny" ? "hash" : "empty", [command, "", .. rest]);
            add(Usage, "--nonsense", [command, "{tool}", .. rest, "--nonsense"]);
            add(Usage, "more", [command, "{tool}", .. rest, "more", "more"]);
        }

        foreach (string command in (string[])["allow", "disallow"])
        {
            add(Failure, "registered", [command, "{missing}", "--read", "demo"]);
            add(Failure, "registered", [command, "{unknown-hash}", "--read", "demo"]);
            add(Failure, "ambiguous", [command, "{hash}", "--read", "other"]);
            add(Usage, "--read", [command, "{tool}"]);
        }

        add(Failure, "registered", ["revoke", "{missing}"]);
        add(Failure, "registered", ["revoke", "{unknown-hash}"]);
        add(Usage, "no hash", ["revoke", "sha256:"]);
        add(Failure, "not registered", ["upgrade", "{waiting}"]);
    }

    private static void AddGrants(Action<int, string, string[]> add)
    {
        (string Service, string Word)[] badServices = [("", "service"), ("a:b", ":"), ("{129}", "128"), ("{lf}", "control"), ("{esc}", "control")];
        (string Target, string Word)[] badTargets =
        [
            ("demo", "SERVICE=PATTERN"), ("demo=", "SERVICE=PATTERN"), ("=x", "service"), ("a:b=x", ":"), ("demo={513}", "512"),
            ("demo={lf}", "control"), ("", "SERVICE=PATTERN"),
        ];
        (string Time, string Word)[] badTimes =
        [
            ("", "time"), ("yesterday", "time"), ("0s", "one second"), ("-1h", "time"), ("5w", "time"), ("99999999d", "days"), ("2020-01-01T00:00:00Z", "passed"),
            ("2020-01-01", "time"), ("2030-13-45T00:00:00Z", "time"), ("2030-01-01T00:00:00", "time"), ("{lf}", "time"),
        ];
        foreach (string command in (string[])["register", "allow", "disallow"])
        {
            foreach ((string service, string word) in badServices)
            {
                add(Usage, word, [command, "{tool}", "--read", service]);
                add(Usage, word, [command, "{tool}", "--write", service]);
            }

            foreach ((string target, string word) in badTargets)
            {
                add(Usage, word, [command, "{tool}", "--target", target]);
            }

            foreach ((string time, string word) in badTimes)
            {
                add(Usage, word, [command, "{tool}", "--until", time]);
            }
        }

        foreach ((string service, string word) in badServices)
        {
            add(Usage, word, ["authorize", "{tool}", service]);
            add(Usage, word, ["check", "{tool}", service]);
        }

        add(Usage, "allow", ["disallow", "{tool}", "--until", "never"]);
        add(Usage, "protocol", ["register", "{tool}", "--protocol", "3"]);
        add(Usage, "protocol", ["register", "{tool}", "--protocol", "two"]);
    }

    private static void AddHashes(Action<int, string, string[]> add)
    {
        foreach (string command in (string[])["approve", "deny"])
        {
            add(Usage, "no hash", [command, "xyz"]);
            add(Usage, "no hash", [command, "abc123"]);
            add(Usage, "no hash", [command, "sha256:"]);
            add(Usage, "no hash", [command, "{unknown-hash}0"]);
            add(Usage, "no hash", [command, "{esc}"]);
            add(Failure, "waits", [command, "{unknown-hash}"]);
            add(Failure, "ambiguous", [command, "{waiting-hash}"]);
            add(Usage, "empty", [command, "{waiting-hash}", ""]);
        }

        add(Failure, "waits", ["approve", "{waiting-hash}", "{missing}"]);
    }

    /// <summary>All that a command could change, to the byte; the log is no part of it, nor are lock files.</summary>
    private async Task<string> StateAsync()
    {
        CommandResult result = await Command.RunAsync(
            "sh", ["-c", "find . -type f ! -name '*.lock' ! -name 'daemon*.log' -exec sha256sum {} + | sort"], workingDirectory: place.Daemon.Home);
        Assert.Equal(0, result.ExitCode);
        return result.Output;
    }
}
