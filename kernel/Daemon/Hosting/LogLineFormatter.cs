using System.Globalization;
using KeychainAuth.Core.Text;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>
/// Writes an event as one line, whatever it holds: paths and names of mappings are chosen by programs that were refused,
/// and could otherwise forge lines of the log or speak to the terminal that shows it. An exception follows on indented
/// lines of its own.
/// </summary>
internal sealed class LogLineFormatter : ITextFormatter
{
    private readonly MessageTemplateTextFormatter _line =
        new("{Level:u3} {SourceContext}: {Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter(CultureInfo.InvariantCulture);
        _line.Format(logEvent, line);
        output.WriteLine($"{logEvent.Timestamp.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {Printable.Escape(line.ToString())}");
        foreach (string part in logEvent.Exception?.ToString().Split('\n') ?? [])
        {
            output.WriteLine("  " + Printable.Escape(part.TrimEnd('\r')));
        }
    }
}
