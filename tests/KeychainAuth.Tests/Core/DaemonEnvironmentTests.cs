using System.Collections;
using KeychainAuth.Core.Launch;

namespace KeychainAuth.Tests.Core;

public sealed class DaemonEnvironmentTests
{
    [Fact]
    public void From_MixedVariables_KeepsTheListedAndNamesWhatLoadsCode()
    {
        var environment = DaemonEnvironment.From(new Hashtable
        {
            ["HOME"] = "/home/u",
            ["LC_ALL"] = "C",
            ["XDG_RUNTIME_DIR"] = "/run/user/1",
            ["KEYCHAIN_AUTH_SOCKET"] = "/s",
            ["LISTEN_FDS"] = "1",
            ["DOTNET_ROOT_X64"] = "/opt/dotnet",
            ["DOTNET_EnableDiagnostics"] = "1",
            ["EDITOR"] = "vi",
            ["LD_PRELOAD"] = "/evil.so",
            ["ld_audit"] = "/evil.so",
            ["DOTNET_STARTUP_HOOKS"] = "/evil.dll",
            ["CORECLR_PROFILER_PATH"] = "/evil.so",
            ["AWS_SECRET_ACCESS_KEY"] = "s3cret",
        });

        Assert.Equal(
            [
                "DOTNET_EnableDiagnostics=0", "DOTNET_GCgen0size=400000", "DOTNET_ROOT_X64=/opt/dotnet", "DOTNET_TieredPGO=0", "HOME=/home/u", "KEYCHAIN_AUTH_SOCKET=/s",
                "LC_ALL=C", "LISTEN_FDS=1", "XDG_RUNTIME_DIR=/run/user/1",
            ],
            environment.Variables);
        Assert.Equal(["CORECLR_PROFILER_PATH", "DOTNET_STARTUP_HOOKS", "LD_PRELOAD", "ld_audit"], environment.DroppedCodeLoaders);
    }

    [Fact]
    public void From_WindowsVariables_KeepsTheListedWithoutCaseAndNoPath()
    {
        var environment = DaemonEnvironment.From(
            new Hashtable
            {
                ["SYSTEMROOT"] = @"C:\Windows",
                ["LocalAppData"] = @"C:\u\local",
                ["keychain_auth_socket"] = @"\.\pipe\x",
                ["Path"] = @"C:\u\bin",
                ["HOME"] = @"C:\u",
                ["COR_PROFILER"] = "{1}",
            },
            isWindows: true);

        Assert.Equal(
            [
                "DOTNET_EnableDiagnostics=0", "DOTNET_GCgen0size=400000", "DOTNET_TieredPGO=0", @"LocalAppData=C:\u\local", @"SYSTEMROOT=C:\Windows",
                @"keychain_auth_socket=\.\pipe\x",
            ],
            environment.Variables);
        Assert.Equal(["COR_PROFILER"], environment.DroppedCodeLoaders);
    }
}
