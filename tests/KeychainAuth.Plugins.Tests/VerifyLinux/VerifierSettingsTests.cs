using System.Reflection;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

[SupportedOSPlatform("linux")]
public sealed class VerifierSettingsTests
{
    [Fact]
    public void Parse_Nothing_Defaults()
    {
        VerifierSettings settings = VerifierSettings.Parse(new Dictionary<string, string>());
        Assert.Equal((4L << 30, 1024, 1024, false), (settings.MaxExecutableBytes, settings.MaxPins, settings.HashCacheEntries, settings.AcceptHiddenOverlayLayers));
    }

    [Fact]
    public void Parse_All_Taken()
    {
        VerifierSettings settings = VerifierSettings.Parse(new Dictionary<string, string>
        {
            ["max_executable_bytes"] = "5000000000",
            ["max_pins"] = "7",
            ["hash_cache_entries"] = "8",
            ["hidden_overlay_layers"] = "accept",
        });
        Assert.Equal((5_000_000_000L, 7, 8, true), (settings.MaxExecutableBytes, settings.MaxPins, settings.HashCacheEntries, settings.AcceptHiddenOverlayLayers));
    }

    [Theory]
    [InlineData("max_pin", "7")]
    [InlineData("MAX_PINS", "7")]
    [InlineData("max_pins", "")]
    [InlineData("max_pins", "-1")]
    [InlineData("max_pins", "3")]
    [InlineData("max_pins", "4294967300")]
    [InlineData("max_pins", "1e3")]
    [InlineData("max_executable_bytes", "99999999999999999999")]
    [InlineData("hash_cache_entries", "0")]
    [InlineData("hidden_overlay_layers", "yes")]
    public void Parse_UnknownOrWithoutMeaning_SaysWhichOne(string name, string value)
    {
        PluginSettingsException refusal = Assert.Throws<PluginSettingsException>(
            () => VerifierSettings.Parse(new Dictionary<string, string> { [name] = value }));
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Manifest_Assembly_NamesTheFactory()
    {
        KeychainAuthPluginAttribute? manifest = typeof(LinuxVerifierFactory).Assembly.GetCustomAttribute<KeychainAuthPluginAttribute>();
        Assert.NotNull(manifest);
        Assert.Equal(
            (PluginKind.Verifier, "verify-linux", typeof(LinuxVerifierFactory), ContractVersion.Major, "linux"),
            (manifest.Kind, manifest.Id, manifest.EntryType, manifest.Contract, manifest.OperatingSystems));
    }
}
