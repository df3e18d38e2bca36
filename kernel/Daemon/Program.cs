using KeychainAuth.Core;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Paths;
using KeychainAuth.Daemon;
using KeychainAuth.Daemon.Hardening;
using KeychainAuth.Daemon.Hosting;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Plugin;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using Serilog.Core;

const int Success = 0;
const int Failure = 1;
const int UsageError = 2;

try
{
    // First of all: from here on no other program of this user can read this process.
    ProcessHardening.Apply();
    DaemonOptions options = DaemonOptions.Parse(args);
    UserPaths paths = UserPaths.FromEnvironment();
    return options.ExplainPlugins ? Explain(options, paths) : await RunAsync(options, paths);
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{ProductInfo.DaemonName}: {e.Message} {DaemonOptions.Usage}");
    return UsageError;
}
catch (Exception e) when (e is StartupException or PluginException or DocumentException or IOException or UnauthorizedAccessException or InvalidOperationException)
{
    Console.Error.WriteLine($"{ProductInfo.DaemonName}: {e.Message}");
    return Failure;
}

static async Task<int> RunAsync(DaemonOptions options, UserPaths paths)
{
    if (LaunchEnvironment.FindFault(Environment.GetEnvironmentVariables()) is { } fault)
    {
        throw new StartupException(fault);
    }

    PrivateDirectory.Ensure(paths.DataDirectory);
    using Logger log = DaemonLogging.Create(paths.DaemonLogFile);

    // Empty: no configuration files, no environment variables, no default logging that could change what the daemon does.
    HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
    builder.Services.AddSerilog(log);
    builder.Services.AddSingleton(options);
    builder.Services.AddSingleton(paths);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddHostedService<BrokerService>();
    builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
    using IHost host = builder.Build();
    await host.RunAsync();
    return Success;
}

static int Explain(DaemonOptions options, UserPaths paths)
{
    ConfigDocument config = ConfigFile.At(paths.ConfigFile).Read();
    HostEnvironment environment = PluginHost.ProbeEnvironment(paths);
    PluginSelection selection = PluginHost.Select(options, config.Plugins, environment);
    if (options.Json)
    {
        using Stream output = Console.OpenStandardOutput();
        PluginExplanation.WriteJson(output, selection, environment.Markers);
    }
    else
    {
        PluginExplanation.WriteText(Console.Out, selection, environment.Markers);
    }

    return selection.Fault is null ? Success : Failure;
}
