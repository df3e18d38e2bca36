namespace KeychainAuth.EndToEnd.Tests.Protocol.Clients;

/// <summary>
/// A client that nobody here wrote: an interpreter or a tool of the distribution. Given a socket, and a size of pieces,
/// it sends its input in such pieces, ends its side, and prints all that comes.
/// </summary>
public sealed class ForeignClient
{
    private const string Python = """
        import socket, sys
        data, size = sys.stdin.buffer.read(), int(sys.argv[2])
        server = socket.socket(socket.AF_UNIX)
        server.connect(sys.argv[1])
        try:
            for start in range(0, len(data), size):
                server.sendall(data[start:start + size])
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # refused while sending: what it says can still be read
        try:
            while part := server.recv(65536):
                sys.stdout.buffer.write(part)
        except ConnectionResetError:
            pass  # refused, and the daemon did not wait for the rest of what was sent: an end like any other
        """;

    private const string Perl = """
        use IO::Socket::UNIX;
        $SIG{PIPE} = 'IGNORE';
        binmode STDIN; binmode STDOUT;
        my $data = do { local $/; <STDIN> } // '';
        my $server = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die "connect: $!";
        for (my $at = 0; $at < length $data; ) {
            my $sent = syswrite($server, $data, $ARGV[1], $at) or last;
            $at += $sent;
        }
        shutdown($server, 1);
        while (my $count = sysread($server, my $part, 65536)) { print $part; }
        """;

    private const string Node = """
        const chunks = [];
        process.stdin.on('data', chunk => chunks.push(chunk)).on('end', () => {
          const data = Buffer.concat(chunks), size = Number(process.argv[2]);
          const server = require('net').connect({ path: process.argv[1], allowHalfOpen: true }, () => send(0));
          const send = at => at < data.length ? server.write(data.subarray(at, at + size), () => send(at + size)) : server.end();
          server.on('data', part => process.stdout.write(part)).on('end', () => server.destroy()).on('error', () => {});
        });
        """;

    private readonly Func<string, int, string[]> _arguments;

    private ForeignClient(string name, string executable, string[] registration, Func<string, int, string[]> arguments, bool readsAfterFailedWrite = true)
    {
        ReadsAfterFailedWrite = readsAfterFailedWrite;
        Name = name;
        Executable = executable;
        Registration = registration;
        _arguments = arguments;
    }

    public static IReadOnlyList<ForeignClient> All { get; } =
    [
        new("python3", "/usr/bin/python3", ["--allow-interpreter"], (socket, size) => ["-c", Python, socket, Text(size)]),
        new("nc", "/usr/bin/nc", [], (socket, _) => ["-U", "-N", socket]),
        new("perl", "/usr/bin/perl", ["--allow-interpreter"], (socket, size) => ["-e", Perl, socket, Text(size)]),
        new("node", "/usr/bin/node", ["--allow-interpreter", "--jit"], (socket, size) => ["-e", Node, socket, Text(size)], readsAfterFailedWrite: false),
    ];

    public string Name { get; }

    public string Executable { get; }

    /// <summary>What <c>keychain-auth register</c> demands for it.</summary>
    public IReadOnlyList<string> Registration { get; }

    /// <summary>
    /// Whether it reads what it was told where it could not send all. Node throws away a connection that it cannot write to:
    /// a refusal reaches it only while the daemon still takes what comes, which is not for long.
    /// </summary>
    public bool ReadsAfterFailedWrite { get; }

    public string[] Arguments(string socket, int pieceSize) => _arguments(socket, pieceSize);

    public override string ToString() => Name;

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
