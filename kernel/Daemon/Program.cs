using System.Text;
using KeychainAuth.Core;
using KeychainAuth.Core.Admin;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Paths;
using KeychainAuth.Daemon;
using KeychainAuth.Daemon.Diagnosis;
using KeychainAuth.Daemon.Hardening;
using KeychainAuth.Daemon.Hosting;
using KeychainAuth.Daemon.Keys;
using KeychainAuth.Daemon.Migration;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;

const int Success = 0;
const int Failure = 1;
const int UsageError = 2;

try
{
    // First of all: from here on no other program of this user can read this process.
    ProcessHardening.Apply();
    if (OperatingSystem.IsWindows())
    {
        // Paths and names from all over the world go to the console; its own page depends on the country.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    }

    if (args is [KeyProgram.Name, ..])
    {
        RequireFitEnvironment();
        KeyProgram.Run(args.AsSpan(1));
        return Success;
    }

    DaemonOptions options = DaemonOptions.Parse(args);
    UserPaths paths = options.System ? SystemPaths.Daemon : UserPaths.FromEnvironment();
    return options switch
    {
        { ExplainPlugins: true } => Explain(options, paths),
        { SelfTest: true } => await SelfTestAsync(options, paths),
        { FindSigner: { } program } => await FindSignerAsync(program, options, paths),
        { ListStores: true } or { CopyStore: not null } => await ManageStoresAsync(options, paths),
        _ => await RunAsync(options, paths),
    };
}
catch (FormatException e)
{
    Console.Error.WriteLine($"{ProductInfo.DaemonName}: {e.Message} {(args is [KeyProgram.Name, ..] ? KeyCommandOptions.Usage : DaemonOptions.Usage)}");
    return UsageError;
}
catch (Exception e) when (e is StartupException or PluginException or DocumentException or IOException or UnauthorizedAccessException or InvalidOperationException or StoreException or AuditException or AdminException or MasterKeyException)
{
    Console.Error.WriteLine($"{ProductInfo.DaemonName}: {e.Message}");
    return Failure;
}

static async Task<int> RunAsync(DaemonOptions options, UserPaths paths)
{
    RequireFitEnvironment();
    if (options.System && Interop.Libc.GetEUid() == 0)
    {
        throw new StartupException($"The system daemon does not run as root: start it as account '{SystemPaths.Account}', as its unit does.");
    }

    PrivateDirectory.Ensure(paths.DataDirectory);

    // In system mode the service manager keeps what is written to the console.
    using Logger log = DaemonLogging.Create(options.System ? null : paths.DaemonLogFile);

    // Empty: no configuration files, no environment variables, no default logging that could change what the daemon does.
    HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
    builder.Services.AddSerilog(log);
    builder.Services.AddSingleton(options);
    builder.Services.AddSingleton(paths);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddSingleton<BrokerService>();
    builder.Services.AddHostedService(services => services.GetRequiredService<BrokerService>());
    builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
    using IHost host = builder.Build();
    BrokerService broker = host.Services.GetRequiredService<BrokerService>();
    using IDisposable? stopRequests = OperatingSystem.IsWindows() ? new StopRequests(host.Services.GetRequiredService<IHostApplicationLifetime>()) : null;
    await host.RunAsync();
    return broker.HasFailed ? Failure : Success;
}

static async Task<int> ManageStoresAsync(DaemonOptions options, UserPaths paths)
{
    RequireFitEnvironment();
    ConfigDocument config = ConfigFile.At(paths.ConfigFile).Read();
    using var loggers = new LoggerFactory();
    var plugins = new PluginHost(paths, TimeProvider.System, loggers);
    var stores = new StoreCommands(paths, plugins, Console.Out, Console.Error, isTerminal: !Console.IsErrorRedirected);
    if (options.CopyStore is { } copy)
    {
        return await stores.CopyAsync(copy, config.Plugins, Limits.From(config.Limits), CancellationToken.None) ? Success : Failure;
    }

    await stores.ListAsync(options, config.Plugins, CancellationToken.None);
    return Success;
}

static async Task<int> SelfTestAsync(DaemonOptions options, UserPaths paths)
{
    RequireFitEnvironment();
    PluginsSection? config = ConfigFile.At(paths.ConfigFile).Read().Plugins;
    using var loggers = new LoggerFactory();
    var host = new PluginHost(paths, TimeProvider.System, loggers);
    await using LoadedPlugins plugins = host.Load(options, config);
    HostEnvironment environment = PluginHost.ProbeEnvironment(paths);
    var test = new SelfTest(Console.Out, TimeProvider.System);
    bool isPeerGood = await test.TryPeerAsync(plugins.Transport, plugins.Verifier, environment.UserId);
    bool isStoreGood = await test.TryStoreAsync(
        plugins.Id(PluginKind.Store), stopping => host.OpenStoreAsync(plugins.Selection[PluginKind.Store], config, paths, environment, stopping));
    return isPeerGood && isStoreGood ? Success : Failure;
}

static async Task<int> FindSignerAsync(string program, DaemonOptions options, UserPaths paths)
{
    RequireFitEnvironment();
    using var loggers = new LoggerFactory();
    await using LoadedPlugins plugins = new PluginHost(paths, TimeProvider.System, loggers).Load(options, ConfigFile.At(paths.ConfigFile).Read().Plugins);
    string? signer = plugins.Verifier is IProgramSigners signers
        ? await signers.FindSignerAsync(Path.GetFullPath(program), CancellationToken.None)
        : null;
    Console.Out.WriteLine(signer ?? "");
    return Success;
}

static void RequireFitEnvironment()
{
    if (LaunchEnvironment.FindFault(Environment.GetEnvironmentVariables()) is { } fault)
    {
        throw new StartupException(fault);
    }
}

static int Explain(DaemonOptions options, UserPaths paths)
{
    ConfigDocument config = options.System ? SystemConfigFile.Read(paths.ConfigFile) : ConfigFile.At(paths.ConfigFile).Read();
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
