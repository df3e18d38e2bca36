using KeychainAuth.Core.Text;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly CliHarness _cli = new();

    public static TheoryData<string> Commands =>
    [
        "start", "stop", "status", "register", "authorize", "allow", "disallow", "upgrade", "list-pending", "approve", "deny", "revoke", "list", "check",
        "plugins", "audit", "doctor",
    ];

    public void Dispose() => _cli.Dispose();

    [Fact]
    public void Version_Always_IsTheLineThatProgramsCompare() => Assert.Equal("keychain-auth version 4.0.0\n", _cli.Do("--version"));

    [Fact]
    public void Help_Top_NamesExamplesAndExitCodes()
    {
        string help = _cli.Do("--help");
        Assert.Contains("Examples:", help, StringComparison.Ordinal);
        Assert.Contains("Exit codes: 0 success, 1 failure, 2 usage, 3 not running, 4 denied.", help, StringComparison.Ordinal);
        Assert.All(Commands, c => Assert.Contains($"\n  {c.Data}", help, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Help_OfEachCommand_HasExamples(string command)
    {
        string help = _cli.Do(command, "--help");
        Assert.Contains($"Examples:\n  keychain-auth {(command == "approve" ? "list-pending" : command)}", help, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void EachCommand_UnknownOption_IsUsageAndNamesIt(string command)
    {
        Assert.Contains("'--nonsense'", _cli.Fail(2, command, "--nonsense"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_cli.Home));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[suggest]", "re")]
    [InlineData("@file")]
    [InlineData("list", "extra")]
    public void Run_NoSuchCommand_IsUsage(params string[] arguments) => _cli.Fail(2, arguments);

    [Theory]
    [InlineData("register", "/bin/true", "--jitt")]
    [InlineData("register", "--", "-x")]
    [InlineData("register", "/bin/true", "--read", "--targett")]
    [InlineData("register", "/bin/true", "--read", "--search")]
    [InlineData("approve", "0123456789ab", "-p")]
    public void Run_MistypedOption_IsNeverTakenForSomethingElse(params string[] arguments) => _cli.Fail(2, arguments);

    [Fact]
    public void Run_NoCommand_IsUsage() => _cli.Fail(2);

    [Fact]
    public void Run_HostileArgument_CannotSpeakToTheTerminal()
    {
        CommandResult result = _cli.Run("register", "/no/\u001b[2J\u202esuch\n");
        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain(result.Error.TrimEnd('\n'), c => char.IsControl(c) || c == '\u202e');
    }

    [Theory]
    [InlineData("plain é 😀 text", "plain é 😀 text")]
    [InlineData("a\u001b[31m\n", "a\\u{1b}[31m\\u{a}")]
    [InlineData("\u202e\u200b\u2028\ue000", "\\u{202e}\\u{200b}\\u{2028}\\u{e000}")]
    public void Escape_Text_LeavesNothingInvisible(string text, string expected) => Assert.Equal(expected, Printable.Escape(text));
}
