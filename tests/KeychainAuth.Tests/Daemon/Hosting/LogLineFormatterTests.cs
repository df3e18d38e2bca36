using KeychainAuth.Daemon.Hosting;
using Serilog.Core;
using Serilog.Events;
using Serilog.Parsing;

namespace KeychainAuth.Tests.Daemon.Hosting;

public sealed class LogLineFormatterTests
{
    // A program chooses the path of its executable and the names of its mappings, and both come into the log.
    [Fact]
    public void Format_NameHoldsLineFeedAndEscape_StaysOneHarmlessLine()
    {
        string text = Format("/tmp/x\n2026-01-01T00:00:00.000Z INF forged \u001b[2J\u202e", exception: null);
        Assert.Equal("2026-05-21T10:00:00.123Z WRN test: look at /tmp/x\\u{a}2026-01-01T00:00:00.000Z INF forged \\u{1b}[2J\\u{202e}\n", text);
    }

    [Fact]
    public void Format_Exception_IsIndentedBelow()
    {
        string text = Format("it", new InvalidOperationException("first\nsecond\u001b"));
        Assert.Equal(["  System.InvalidOperationException: first", "  second\\u{1b}", ""], text.Split('\n')[1..]);
    }

    private static string Format(string name, Exception? exception)
    {
        var time = new DateTimeOffset(2026, 5, 21, 12, 0, 0, 123, TimeSpan.FromHours(2));
        var logEvent = new LogEvent(
            time,
            LogEventLevel.Warning,
            exception,
            new MessageTemplateParser().Parse("look at {Name}"),
            [new LogEventProperty("Name", new ScalarValue(name)), new LogEventProperty(Constants.SourceContextPropertyName, new ScalarValue("test"))]);
        using var output = new StringWriter { NewLine = "\n" };
        new LogLineFormatter().Format(logEvent, output);
        return output.ToString();
    }
}
