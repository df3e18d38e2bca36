namespace KeychainAuth.Soak;

/// <summary>
/// A kind of client: something that takes a line, sends it on its connection, and prints the line that answers it. Written
/// for this, in different languages, because each has habits of its own with sockets.
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="Registration">What registering it needs.</param>
/// <param name="Executable">The program, given the place of compiled ones.</param>
/// <param name="Arguments">Its arguments, given the socket.</param>
internal sealed record LineClientKind(
    string Name, IReadOnlyList<string> Registration, Func<string, string> Executable, Func<string, string[]> Arguments)
{
    private const string Python = """
        import socket, sys
        server = socket.socket(socket.AF_UNIX); server.connect(sys.argv[1]); answers = server.makefile('rb')
        for line in sys.stdin.buffer:
            server.sendall(line)
            answer = answers.readline()
            if not answer: sys.exit(3)
            sys.stdout.buffer.write(answer); sys.stdout.buffer.flush()
        """;

    private const string Node = """
        const server = require('net').connect({ path: process.argv[1] });
        process.stdin.on('data', chunk => server.write(chunk)).on('end', () => server.end());
        server.on('data', part => process.stdout.write(part)).on('end', () => process.exit(0)).on('error', () => process.exit(3));
        """;

    private const string Perl = """
        use IO::Socket::UNIX; $| = 1;
        my $server = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "connect: $!";
        while (my $line = <STDIN>) { syswrite($server, $line); my $answer = <$server>; defined $answer or exit 3; print $answer; }
        """;

    internal static IReadOnlyList<LineClientKind> All { get; } =
    [
        new("c", [], work => Path.Combine(work, "relay"), socket => [socket]),
        new("python", ["--allow-interpreter"], _ => "/usr/bin/python3", socket => ["-c", Python, socket]),
        new("node", ["--allow-interpreter", "--jit"], _ => "/usr/bin/node", socket => ["-e", Node, socket]),
        new("perl", ["--allow-interpreter"], _ => "/usr/bin/perl", socket => ["-e", Perl, socket]),
    ];

    /// <summary>The service that only this kind uses.</summary>
    internal string Service => $"soak-{Name}";
}
