using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

/// <summary>Open files that peers pass along: taken from whom the daemon asks for them, and dropped otherwise.</summary>
[SupportedOSPlatform("linux")]
public sealed class UdsDescriptorPassingTests : UdsTest
{
    private const string Sender = """
        import os, socket, sys
        files = []
        for i in range(int(sys.argv[2])):
            read, write = os.pipe()
            os.write(write, b"file %d" % i)
            os.close(write)
            files.append(read)
        server = socket.socket(socket.AF_UNIX)
        server.connect(sys.argv[1])
        socket.send_fds(server, [b"line\n"], files)
        sys.stdin.read()
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task ReceiveWithDescriptors_UpToWhatWasAskedFor_Taken(int count)
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        using Process sender = Start(count);
        await using IPeerConnection connection = await AcceptAsync(listener);
        DescriptorReceiveResult result = await TakeAsync(connection, 3);
        Assert.Equal((5, sender.Id), (result.Received.Count, result.Received.Sender!.Value.ProcessId));
        Assert.Equal((count, false), (result.Descriptors.Count, result.WereMore));
        for (int i = 0; i < count; i++)
        {
            var file = (SafeFileHandle)result.Descriptors[i];
            Assert.Contains("flags:\t02", File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{file.DangerousGetHandle()}")), StringComparison.Ordinal);
            using var stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
            byte[] text = new byte[16];
            int length = await stream.ReadAsync(text, Cancellation);
            Assert.Equal($"file {i}", Encoding.ASCII.GetString(text, 0, length));
        }

        await EndAsync(sender);
    }

    /// <summary>Four fit into the space for three, which is rounded up; many more do not, and are dropped.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(200)]
    public async Task ReceiveWithDescriptors_MoreThanAskedFor_SaysSoAndKeepsNoneBack(int count)
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        using Process sender = Start(count);
        await using IPeerConnection connection = await AcceptAsync(listener);
        HashSet<string> before = Pipes();
        DescriptorReceiveResult result = await TakeAsync(connection, 3);
        Assert.True(result.WereMore);
        Assert.All(result.Descriptors, descriptor => descriptor.Dispose());
        Assert.Empty(PipesOf(sender).Intersect(Pipes().Except(before)));
        await EndAsync(sender);
    }

    [Fact]
    public async Task Receive_DescriptorsThatNobodyAskedFor_EndTheConnection()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        using Process sender = Start(100);
        await using IPeerConnection connection = await AcceptAsync(listener);
        HashSet<string> before = Pipes();
        TransportException refused = await Assert.ThrowsAsync<TransportException>(() => ReceiveAsync(connection, new byte[16]));
        Assert.Contains("passed open files along", refused.Message, StringComparison.Ordinal);
        Assert.True(connection.Closed.IsCancellationRequested);
        Assert.Empty(PipesOf(sender).Intersect(Pipes().Except(before)));
        await EndAsync(sender);
    }

    [Fact]
    public async Task ReceiveWithDescriptors_EndOfStream_IsNothingFromNobody()
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        using Process sender = Start(0);
        await using IPeerConnection connection = await AcceptAsync(listener);
        await TakeAsync(connection, 1);
        await EndAsync(sender);
        DescriptorReceiveResult end = await TakeAsync(connection, 1);
        Assert.Equal((0, (Sender?)null), (end.Received.Count, end.Received.Sender));
        Assert.Empty(end.Descriptors);
        Assert.True(connection.Closed.IsCancellationRequested);
    }

    [Theory]
    [InlineData(0, 8)]
    [InlineData(9, 8)]
    [InlineData(1, 0)]
    public async Task ReceiveWithDescriptors_NonsenseAskedFor_IsTheCallersFault(int most, int bytes)
    {
        await using ITransportListener listener = await BindAsync(Place.Socket);
        using Process sender = Start(0);
        await using IPeerConnection connection = await AcceptAsync(listener);
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => ((IDescriptorConnection)connection).ReceiveWithDescriptorsAsync(new byte[bytes], most, Cancellation).AsTask());
        await EndAsync(sender);
    }

    private static Task<DescriptorReceiveResult> TakeAsync(IPeerConnection connection, int most) =>
        ((IDescriptorConnection)connection).ReceiveWithDescriptorsAsync(new byte[64], most, Cancellation).AsTask().WaitAsync(Patience, Cancellation);

    private Process Start(int count)
    {
        var start = new ProcessStartInfo("python3", ["-c", Sender, Place.Socket, count.ToString(CultureInfo.InvariantCulture)]) { RedirectStandardInput = true };
        return Process.Start(start)!;
    }

    private static async Task EndAsync(Process sender)
    {
        sender.StandardInput.Close();
        await sender.WaitForExitAsync(Cancellation).WaitAsync(Patience, Cancellation);
    }

    private static HashSet<string> Pipes() => PipesOf(Process.GetCurrentProcess());

    private static HashSet<string> PipesOf(Process process) =>
        [.. Directory.EnumerateFileSystemEntries($"/proc/{process.Id}/fd").Select(e => new FileInfo(e).LinkTarget ?? "").Where(t => t.StartsWith("pipe:", StringComparison.Ordinal))];
}
