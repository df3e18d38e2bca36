using FsCheck.Xunit;
using KeychainAuth.Daemon.Pending;

namespace KeychainAuth.Tests.Daemon.Pending;

public sealed class ArgumentMaskerTests
{
    private static readonly string[] Options = ["--token=", "--my-password=", "SECRET=", "--auth=", "apikey:"];

    [Theory]
    [InlineData("tool --token=abc", "tool --token=***")]
    [InlineData("tool --token abc run", "tool --token *** run")]
    [InlineData("tool --token --verbose", "tool --token --verbose")]
    [InlineData("tool -password:abc", "tool -password=***")]
    [InlineData("tool --API-KEY=abc", "tool --API-KEY=***")]
    [InlineData("tool --api_key abc", "tool --api_key ***")]
    [InlineData("tool --client-secret=abc", "tool --client-secret=***")]
    [InlineData("tool --secret-file /etc/x", "tool --secret-file ***")]
    [InlineData("tool PASSWORD=abc", "tool PASSWORD=***")]
    [InlineData("tool AWS_SECRET_ACCESS_KEY=abc", "tool AWS_SECRET_ACCESS_KEY=***")]
    [InlineData("tool --db.passwd=abc", "tool --db.passwd=***")]
    [InlineData("tool --passphrase abc", "tool --passphrase ***")]
    [InlineData("tool --pwd=abc", "tool --pwd=***")]
    [InlineData("tool sk-abcdefgh12345", "tool ***")]
    [InlineData("tool ghp_0123456789abcdefABCD", "tool ***")]
    [InlineData("tool glpat-0123456789ab", "tool ***")]
    [InlineData("tool xoxb-1234567890-abc", "tool ***")]
    [InlineData("tool AKIAIOSFODNN7EXAMPLE", "tool ***")]
    [InlineData("tool eyJhbGciOiJI.eyJzdWIi.sig", "tool ***")]
    [InlineData("tool --x=sk-abcdefgh12345", "tool --x=***")]
    [InlineData("tool postgres://me:hunter2@db/x", "tool postgres://me:***@db/x")]
    [InlineData("tool https://:hunter2@host", "tool https://:***@host")]
    [InlineData("tool dGhpcyBpcyBhIHNlY3JldDEyMw==", "tool ***")]
    [InlineData("tool 0123456789abcdef0123456789abcdef", "tool ***")]
    [InlineData("tool /usr/lib/x86_64-linux-gnu/libfoo.so.1", "tool /usr/lib/x86_64-linux-gnu/libfoo.so.1")]
    [InlineData("tool --verbose --count 12 build", "tool --verbose --count 12 build")]
    [InlineData("tool internationalization-guide", "tool internationalization-guide")]
    public void Describe_CommandLine_MasksWhatLooksSecret(string commandLine, string expected) =>
        Assert.Equal(expected, ArgumentMasker.Describe(commandLine.Split(' ')));

    // Bearer tokens and headers travel as one argument with spaces in it.
    [Theory]
    [InlineData("Authorization: Bearer abc123", "abc123")]
    [InlineData("X-Api-Key: abc123", "abc123")]
    [InlineData("--header=Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz")]
    [InlineData("password=two words", "words")]
    [InlineData("token=line\nbreak", "break")]
    [InlineData("https://user:pass/word@host/", "word")]
    [InlineData("0123456789abcdef/0123456789abcdef+0123456789ab==", "0123456789abcdef")]
    public void Describe_SecretWithinOneArgument_IsNotShown(string argument, string secret) =>
        Assert.DoesNotContain(secret, ArgumentMasker.Describe(["tool", "-H", argument]), StringComparison.Ordinal);

    [Theory]
    [InlineData("-p", "hunter2")]
    [InlineData("-u", "user:hunter2")]
    public void Describe_ShortOptions_AreNotRecognised(string option, string value) =>
        Assert.Equal($"tool {option} {value}", ArgumentMasker.Describe(["tool", option, value]));

    [Fact]
    public void Describe_VeryLong_IsCut()
    {
        string line = ArgumentMasker.Describe([.. Enumerable.Repeat("word", 5000)]);
        Assert.Equal(2048 + 3, line.Length);
        Assert.EndsWith("...", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_CutWithinASurrogatePair_LeavesNoHalf()
    {
        string line = ArgumentMasker.Describe([new string('w', 2047) + "😀😀"]);
        Assert.DoesNotContain(line, char.IsSurrogate);
    }

    [Fact]
    public void Describe_NoArguments_IsEmpty() => Assert.Equal("", ArgumentMasker.Describe([]));

    [Property]
    public bool Describe_AnyArguments_EndsAndStaysShort(string[] arguments) =>
        ArgumentMasker.Describe([.. arguments.Select(a => a ?? "")]).Length <= 2051;

    [Property]
    public bool Describe_ValueOfANamedOption_IsNeverShown(int number)
    {
        string secret = $"v{(uint)number}z";
        return Options
            .All(option => !ArgumentMasker.Describe(["tool", option + secret]).Contains(secret, StringComparison.Ordinal));
    }
}
