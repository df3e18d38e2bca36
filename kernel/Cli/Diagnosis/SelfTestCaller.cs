using System.Diagnostics;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Text.Json;
using KeychainAuth.Cli.Output;
using KeychainAuth.Cli.Programs;
using KeychainAuth.Core.Launch;

namespace KeychainAuth.Cli.Diagnosis;

/// <summary>
/// Runs the daemon's self-test and is its caller: connects where it says, twice, as a client that is told to reconnect
/// does, and passes on what it found out.
/// </summary>
internal static class SelfTestCaller
{
    private const string PipePrefix = @"\\.\pipe\";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static IEnumerable<DoctorFinding> Run(CliContext context)
    {
        using Process daemon = ChildProcess.Start(
            DaemonProgram.Find(context), ["--self-test"], DaemonEnvironment.From(context.Environment).Variables);
        string? address = daemon.StandardOutput.ReadLine();
        var findings = new List<DoctorFinding>();
        if (address is { Length: > 0 } && address[0] != '{')
        {
            try
            {
                // The daemon looks at us and closes; waited for, so that the second call comes after that.
                using (Stream first = Connect(address))
                {
                    WaitForEnd(first);
                }

                using Stream second = Connect(address);
                second.WriteByte((byte)'\n');
                second.Flush();
                WaitForEnd(second);
            }
            catch (Exception e) when (e is IOException or SocketException or TimeoutException or UnauthorizedAccessException)
            {
                findings.Add(new DoctorFinding("self-test", DoctorFinding.Bad, $"the daemon's program cannot be reached at {address}: {e.Message}"));
            }
        }
        else if (address is not null)
        {
            findings.Add(Parse(address));
        }

        while (daemon.StandardOutput.ReadLine() is { } line)
        {
            findings.Add(Parse(line));
        }

        if (ChildProcess.WaitForExit(daemon) != ExitCode.Success && findings.TrueForAll(f => f.State != DoctorFinding.Bad))
        {
            findings.Add(new DoctorFinding("self-test", DoctorFinding.Bad, "the daemon's program could not try its plugins; see what it says above"));
        }

        return findings;
    }

    private static Stream Connect(string address) => address.StartsWith(PipePrefix, StringComparison.Ordinal)
        ? ConnectPipe(address[PipePrefix.Length..])
        : ConnectSocket(address);

    private static NamedPipeClientStream ConnectPipe(string name)
    {
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous);
        pipe.Connect(Patience);
        return pipe;
    }

    private static NetworkStream ConnectSocket(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static void WaitForEnd(Stream stream)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            while (stream.ReadAsync(new byte[64], deadline.Token).AsTask().GetAwaiter().GetResult() > 0)
            {
                // Nothing is said on these connections; whatever comes is not for us.
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"it did not close a connection within {Patience.TotalSeconds:0} seconds");
        }
    }

    private static DoctorFinding Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, CliJsonContext.Default.DoctorFinding)
                ?? new DoctorFinding("self-test", DoctorFinding.Bad, "the daemon's program said nothing that can be understood");
        }
        catch (JsonException)
        {
            return new DoctorFinding("self-test", DoctorFinding.Bad, "the daemon's program said what cannot be understood: it is of another version");
        }
    }
}
