using KeychainAuth.Plugin;

namespace KeychainAuth.Tests.TransportHost;

internal sealed class ConsoleLog : IPluginLog
{
    public bool IsEnabled(PluginLogLevel level) => true;

    public void Write(PluginLogLevel level, string message, Exception? exception = null) =>
        Console.WriteLine($"log {level} {message} {exception?.Message}");
}
