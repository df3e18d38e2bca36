using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon;

public sealed class LimitsTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void From_NoSection_IsTheDefault() => Assert.Equal(new Limits(), Limits.From(null));

    [Fact]
    public void From_EmptySection_IsTheDefault() => Assert.Equal(new Limits(), Limits.From(Read("""{"limits":{}}""").Limits));

    [Fact]
    public void From_AllSet_TakesAll()
    {
        Limits limits = Limits.From(Read(
            """
            {"limits":{"max_request_bytes":2048,"max_connections":8,"max_connections_per_binary":3,"request_timeout_seconds":4,
            "store_timeout_seconds":5,"audit_max_bytes":65536,"audit_files":2}}
            """).Limits);
        Assert.Equal(
            new Limits
            {
                MaxRequestBytes = 2048,
                MaxConnections = 8,
                MaxConnectionsPerBinary = 3,
                RequestTimeout = TimeSpan.FromSeconds(4),
                StoreTimeout = TimeSpan.FromSeconds(5),
                AuditMaxBytes = 65536,
                AuditFiles = 2,
            },
            limits);
    }

    [Theory]
    [InlineData("max_request_bytes", 1023)]
    [InlineData("max_request_bytes", 67108865)]
    [InlineData("max_connections", 7)]
    [InlineData("max_connections_per_binary", 0)]
    [InlineData("request_timeout_seconds", 0)]
    [InlineData("store_timeout_seconds", -1)]
    [InlineData("audit_max_bytes", 65535)]
    [InlineData("audit_files", 0)]
    public void Read_OutsideItsRange_IsRefusedByName(string name, int value)
    {
        string message = Assert.Throws<DocumentException>(() => Read("{\"limits\":{\"" + name + "\":" + value + "}}")).Message;
        Assert.Contains($"limits.{name} must lie between", message, StringComparison.Ordinal);
    }

    private ConfigDocument Read(string json)
    {
        string path = _directory.Combine("config.json");
        File.WriteAllText(path, json);
        return ConfigFile.At(path).Read();
    }
}
