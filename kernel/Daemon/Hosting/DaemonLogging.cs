using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KeychainAuth.Daemon.Hosting;

/// <summary>The daemon's own log: to the console, and to a file of at most 4 times 4 MiB where one is wanted.</summary>
internal static class DaemonLogging
{
    internal static Logger Create(string? path)
    {
        var formatter = new LogLineFormatter();
        LoggerConfiguration log = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)

            // The host would log a failed start with its stack; Program says it in one sentence.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
            .WriteTo.Console(formatter);
        if (path is not null)
        {
            log = log.WriteTo.File(
                formatter,
                path,
                fileSizeLimitBytes: 4 * 1024 * 1024,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: 4);
        }

        return log.CreateLogger();
    }
}
