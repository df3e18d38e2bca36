using System.Reflection;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.TransportUds;
using Xunit;

namespace KeychainAuth.Plugins.Tests.TransportUds;

[SupportedOSPlatform("linux")]
public sealed class UdsManifestTests
{
    [Fact]
    public void Manifest_OfTheAssembly_NamesTheTransport()
    {
        Assembly assembly = typeof(UdsTransportPlugin).Assembly;
        KeychainAuthPluginAttribute manifest = assembly.GetCustomAttribute<KeychainAuthPluginAttribute>()!;
        Assert.Equal(PluginKind.Transport, manifest.Kind);
        Assert.Equal("transport-uds", manifest.Id);
        Assert.Equal("transport-uds", assembly.GetName().Name);
        Assert.Equal(typeof(UdsTransportPlugin), manifest.EntryType);
        Assert.Equal(ContractVersion.Major, manifest.Contract);
        Assert.Equal(0, manifest.ContractMinor);
        Assert.Equal("linux,macos", manifest.OperatingSystems);
    }

    [Theory]
    [InlineData("backlog", "0")]
    [InlineData("backlog", "-1")]
    [InlineData("backlog", "many")]
    [InlineData("backlog", "4097")]
    [InlineData("send_timeout_seconds", "0")]
    [InlineData("send_timeout_seconds", "1.5")]
    [InlineData("send_timeout_seconds", "")]
    public void Create_MeaninglessSetting_RefusedByName(string name, string value)
    {
        PluginSettingsException refusal = Assert.Throws<PluginSettingsException>(
            () => UdsTest.CreateTransport(new Dictionary<string, string> { [name] = value }));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("from 1 to", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NoSettings_Defaults()
    {
        UdsSettings settings = UdsSettings.Parse(new Dictionary<string, string>());
        Assert.Equal(128, settings.Backlog);
        Assert.Equal(TimeSpan.FromSeconds(10), settings.SendTimeout);
    }
}
