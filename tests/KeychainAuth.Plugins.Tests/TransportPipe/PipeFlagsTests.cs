using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.TransportPipe;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportPipe;

/// <summary>Decisions that Windows is only told.</summary>
[SupportedOSPlatform("windows")]
public sealed class PipeFlagsTests
{
    [Fact]
    public void Modes_OfEveryInstance_AreOverlappedDuplexBytesAndLocalClientsOnly()
    {
        // PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED; PIPE_REJECT_REMOTE_CLIENTS with everything else 0: bytes, blocking.
        Assert.Equal(0x40000003u, PipeInstance.OpenMode);
        Assert.Equal(0x8u, PipeInstance.PipeMode);
    }

    [Fact]
    public void IsOlder_ProcessCreatedAfterTheConnection_IsAReusedNumber()
    {
        DateTimeOffset connected = DateTimeOffset.UnixEpoch.AddYears(50);
        Assert.True(PeerReader.IsOlder(connected.ToFileTime(), connected));
        Assert.True(PeerReader.IsOlder(connected.ToFileTime() - 1, connected));
        Assert.False(PeerReader.IsOlder(connected.ToFileTime() + 1, connected));
    }

    [Theory]
    [InlineData("backlog", "0")]
    [InlineData("backlog", "4097")]
    [InlineData("backlog", "-1")]
    [InlineData("send_timeout_seconds", "0")]
    [InlineData("send_timeout_seconds", "ten")]
    public void Parse_SettingOutOfRange_IsNamed(string name, string value) =>
        Assert.Contains(name, Assert.Throws<PluginSettingsException>(() => PipeSettings.Parse(new Dictionary<string, string> { [name] = value })).Message, StringComparison.Ordinal);
}
