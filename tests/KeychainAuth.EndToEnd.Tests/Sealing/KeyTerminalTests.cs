using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Sealing;

/// <summary>The command line's <c>key</c> at a real terminal: the passphrase is asked for, never shown, and the terminal left as it was.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyTerminalTests
{
    // A machine of the test's own as far as keys go: what is written to /etc and /var/lib goes to a file system in memory.
    private const string InPrivate =
        """
        set -e
        mount -t tmpfs tmpfs /mnt
        for place in /etc /var/lib; do
          mkdir -p "/mnt$place/upper" "/mnt$place/work"
          mount -t overlay overlay -o "lowerdir=$place,upperdir=/mnt$place/upper,workdir=/mnt$place/work" "$place"
        done
        mkdir /mnt/exports
        exec python3 "$1" "$2" /mnt/exports
        """;

    [Fact]
    public async Task Key_AtATerminal_AsksWithoutShowingAndLeavesItAsItWas()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root has keys to look after.");
        CommandResult result = await Command.RunAsync(
            "unshare",
            ["--mount", "--propagation", "private", "bash", "-c", InPrivate, "private", Path.Combine(RepositoryPaths.Programs, "key-terminal.py"), Path.Combine(RepositoryPaths.Tree, "keychain-auth")]);
        Assert.Equal("", result.Error);
        Assert.Equal(
            """
            export: exit 0, prompts 2, echoed 0, passphrase shown 0
            differing: exit 1, prompts 2, echoed 0, passphrase shown 0
            short: exit 1, prompts 1, echoed 0, passphrase shown 0
            given up: signal 2, prompts 1, echoed 0, passphrase shown 0
            wrong: exit 1, prompts 1, echoed 0, passphrase shown 0
            import: exit 0, prompts 1, echoed 0, passphrase shown 0
            in use already
            files: good
            without a terminal: 1 True
            after giving up, the terminal echoes: True

            """,
            result.Output);
        Assert.Equal(0, result.ExitCode);
    }
}
