using System.Runtime.Versioning;
using KeychainAuth.EndToEnd.Tests.Harness;
using KeychainAuth.EndToEnd.Tests.Protocol.Sessions;
using KeychainAuth.Tests.Support;
using static KeychainAuth.EndToEnd.Tests.Protocol.Corpus.Wire;

namespace KeychainAuth.EndToEnd.Tests.Protocol.Refusals;

/// <summary>Refusals by limits, and that a refusal can be read by a client that is busy writing.</summary>
[SupportedOSPlatform("linux")]
public sealed class LimitRefusalTests(RefusalDaemon fixture) : IClassFixture<RefusalDaemon>
{
    private const int Flood = 8 * 1024 * 1024;

    private static readonly string Request = AskIn("lim", "read", ""","targets":["k"]""");

    /// <summary>The fixture allows three connections of a program. Those that are there stay, and one that ends makes room.</summary>
    [Fact]
    public async Task Connect_TooManyOfOneProgram_BusyUntilOneEnds()
    {
        string executable = await Speaker.RegisterAsync(fixture.Daemon, "--read", "lim");
        await using Speaker first = await Speaker.ConnectAsync(fixture.Daemon, executable);
        await using Speaker second = await Speaker.ConnectAsync(fixture.Daemon, executable);
        await using Speaker third = await Speaker.ConnectAsync(fixture.Daemon, executable);
        foreach (Speaker counted in (Speaker[])[first, second, third])
        {
            Assert.Equal(Success, await counted.RequestAsync(Request));
        }

        await using Speaker fourth = await Speaker.ConnectAsync(fixture.Daemon, executable);
        Assert.Equal(Refused("error", "busy", "This program has too many connections: close some, or try again."), await fourth.ReceiveAsync());
        await fixture.AssertClosedAsync(fourth, "ERROR", "busy");
        Assert.Equal(Success, await third.RequestAsync(Request));

        await second.DisposeAsync();
        await WaitUntilServedAsync(fourth);
        Assert.Equal(Success, await first.RequestAsync(Request));
    }

    [Theory]
    [InlineData("{\"type\":\"REQUEST\"")]
    [InlineData("not JSON")]
    public async Task Request_TooLargeOrNoJson_AnsweredAuditedAndClosed(string text)
    {
        bool isLarge = text.StartsWith('{');
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, await Speaker.RegisterAsync(fixture.Daemon, "--read", "lim"));
        if (isLarge)
        {
            await client.AskAsync($"flood {1024 * 1024 + 2}");
        }
        else
        {
            await client.DoAsync($"send {text}");
        }

        string reason = isLarge ? "request_too_large" : "malformed_request";
        Assert.StartsWith($$"""{"type":"RESPONSE","status":"error","reason":"{{reason}}","message":""", await client.ReceiveAsync(), StringComparison.Ordinal);
        await fixture.AssertClosedAsync(client, "ERROR", reason);
    }

    [Fact]
    public async Task Request_WithoutSense_AnsweredAuditedAndKept()
    {
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, await Speaker.RegisterAsync(fixture.Daemon, "--read", "lim"));
        Assert.Equal(Malformed("targets must not be empty."), await client.RequestAsync(AskIn("lim", "read", "")));
        fixture.AssertAudited(client.ProcessId, "connect", "ERROR", "malformed_request", client.Executable);
        Assert.Equal(Success, await client.RequestAsync(Request));
        await fixture.AssertBystanderServedAsync();
    }

    /// <summary>It writes until its write fails, and only then reads.</summary>
    [Theory]
    [InlineData(false, Unregistered)]
    [InlineData(true, """{"type":"RESPONSE","status":"error","reason":"request_too_large","message":"A request line may have 1048576 bytes at most."}""")]
    public async Task Refusal_ClientWritesUntilItFails_CanStillBeRead(bool isRegistered, string refusal)
    {
        string executable = isRegistered ? await Speaker.RegisterAsync(fixture.Daemon, "--read", "lim") : await Speaker.CompileAsync(fixture.Daemon);
        await using Speaker client = await Speaker.ConnectAsync(fixture.Daemon, executable);
        Assert.StartsWith("error ", await client.AskAsync($"flood {Flood}"), StringComparison.Ordinal);
        Assert.Equal(refusal, await client.ReceiveAsync());
        await fixture.AssertBystanderServedAsync();
    }

    [Fact]
    public async Task Refusal_PythonWritesUntilItFails_CanStillBeRead()
    {
        const string Script = """
            import socket, sys
            server = socket.socket(socket.AF_UNIX)
            server.connect(sys.argv[1])
            try:
                server.sendall(b'x' * int(sys.argv[2]))
            except OSError as failure:
                print(type(failure).__name__)
            print(server.makefile('r').readline(), end='')
            """;
        CommandResult result = await fixture.Daemon.RunAsync("/usr/bin/python3", "-c", Script, fixture.Daemon.Socket, $"{Flood}");
        Assert.Equal((0, $"BrokenPipeError\n{Unregistered}\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    /// <summary>A line that was begun has a deadline; a client that has begun none may stay as long as it likes.</summary>
    [Fact]
    public async Task Request_BegunAndNotEndedInTime_BusyAndClosed()
    {
        await using TestDaemon daemon = await TestDaemon.StartAsync(new TestDaemonOptions
        {
            ConfigJson = """{"protocol_version": "1", "registered_binaries": [], "limits": {"request_timeout_seconds": 1}}""",
        });
        await using Speaker idle = await Speaker.ConnectAsync(daemon, await Speaker.RegisterAsync(daemon, "--read", "lim"));
        await using Speaker slow = await Speaker.ConnectAsync(daemon, await Speaker.RegisterAsync(daemon, "--read", "lim"));
        await slow.DoAsync("flood 10");
        Assert.Equal(Refused("error", "busy", "The request was not complete after 1 seconds."), await slow.ReceiveAsync());
        Assert.Null(await slow.ReceiveAsync());
        Assert.Equal(slow.ProcessId, Assert.Single(daemon.AuditRecords("busy")).GetProperty("pid").GetInt32());
        Assert.Equal(Success, await idle.RequestAsync(Request));
    }

    // The daemon notices the end of a connection in its own time.
    private static async Task WaitUntilServedAsync(Speaker client)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!deadline.IsCancellationRequested)
        {
            await client.DoAsync("connect");
            await client.AskAsync($"send {Request}");
            if (await client.ReceiveAsync() == Success)
            {
                return;
            }
        }

        Assert.Fail("The connection that ended made no room for another.");
    }
}
