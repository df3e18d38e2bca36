using System.Collections;
using KeychainAuth.Daemon.Hardening;

namespace KeychainAuth.Tests.Daemon;

public sealed class LaunchEnvironmentTests
{
    [Fact]
    public void FindFault_DiagnosticsOffAndNothingElse_IsFit() => Assert.Null(LaunchEnvironment.FindFault(Variables("HOME=/x", "PATH=/bin")));

    [Theory]
    [InlineData("LD_PRELOAD=/tmp/x.so")]
    [InlineData("LD_AUDIT=/tmp/x.so")]
    [InlineData("LD_LIBRARY_PATH=")]
    [InlineData("DYLD_INSERT_LIBRARIES=x")]
    [InlineData("GCONV_PATH=/tmp")]
    [InlineData("OPENSSL_CONF=/tmp/openssl.cnf")]
    [InlineData("OPENSSL_ENGINES=/tmp")]
    [InlineData("OPENSSL_MODULES=/tmp")]
    [InlineData("GIO_EXTRA_MODULES=/tmp")]
    [InlineData("GIO_MODULE_DIR=/tmp")]
    [InlineData("CLR_OPENSSL_VERSION_OVERRIDE=9")]
    [InlineData("CLR_ICU_VERSION_OVERRIDE=9")]
    [InlineData("DOTNET_STARTUP_HOOKS=/tmp/x.dll")]
    [InlineData("dotnet_startup_hooks=/tmp/x.dll")]
    [InlineData("DOTNET_ADDITIONAL_DEPS=/tmp")]
    [InlineData("DOTNET_SHARED_STORE=/tmp")]
    [InlineData("DOTNET_DiagnosticPorts=/tmp/x")]
    [InlineData("DOTNET_GCName=x")]
    [InlineData("DOTNET_GCPath=/tmp/x.so")]
    [InlineData("CORECLR_ENABLE_PROFILING=1")]
    [InlineData("CORECLR_PROFILER_PATH=/tmp/x.so")]
    [InlineData("COR_PROFILER=x")]
    [InlineData("COMPlus_EnableDiagnostics=1")]
    public void FindFault_VariableThatLoadsCode_IsNamed(string variable)
    {
        string? fault = LaunchEnvironment.FindFault(Variables("HOME=/x", variable));
        Assert.StartsWith($"The variable {variable.Split('=')[0]} ", fault, StringComparison.Ordinal);
        Assert.Contains("keychain-auth start", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("00")]
    public void FindFault_DiagnosticsPortOpen_IsAFault(string? value)
    {
        Hashtable variables = new() { ["HOME"] = "/x" };
        if (value is not null)
        {
            variables["DOTNET_EnableDiagnostics"] = value;
        }

        Assert.Contains("diagnostics port is open", LaunchEnvironment.FindFault(variables), StringComparison.Ordinal);
    }

    private static Hashtable Variables(params string[] variables)
    {
        var all = new Hashtable { ["DOTNET_EnableDiagnostics"] = "0" };
        foreach (string variable in variables)
        {
            all[variable.Split('=', 2)[0]] = variable.Split('=', 2)[1];
        }

        return all;
    }
}
