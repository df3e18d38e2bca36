using System.Reflection;
using System.Runtime.Loader;
using KeychainAuth.Plugin;
using McMaster.NETCore.Plugins.Loader;

namespace KeychainAuth.Daemon.Plugins;

/// <summary>
/// Loads a chosen plugin into a load context of its own, in which the contract is the daemon's and every other
/// dependency the plugin's. Nothing is scanned: the manifest names the entry type. A load context is no sandbox.
/// </summary>
internal static class PluginLoader
{
    private static readonly AssemblyName Contract = typeof(IPluginFactory<>).Assembly.GetName();

    /// <summary>Loads a plugin's code, once: its factory can then be asked for as many as are needed.</summary>
    /// <exception cref="PluginException">The plugin cannot be loaded.</exception>
    internal static IPluginFactory<T> LoadFactory<T>(PluginCandidate candidate)
        where T : class => Guard(candidate.FolderName, () =>
        {
            Assembly assembly = LoadAssembly(candidate);
            Type entryType = assembly.GetType(candidate.Manifest!.EntryType)
                ?? throw new PluginException($"Plugin '{candidate.FolderName}' has no type {candidate.Manifest.EntryType}, which its manifest names.");
            return Activator.CreateInstance(entryType) as IPluginFactory<T>
                ?? throw new PluginException($"Plugin '{candidate.FolderName}': {entryType.FullName} is not an IPluginFactory<{typeof(T).Name}>.");
        });

    /// <exception cref="PluginException">The plugin's factory fails.</exception>
    internal static T Create<T>(IPluginFactory<T> factory, PluginContext context)
        where T : class => Guard(context.Id, () =>
            factory.Create(context) ?? throw new PluginException($"Plugin '{context.Id}' created nothing."));

    private static T Guard<T>(string id, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            throw Failure(id, e.InnerException);
        }
        catch (Exception e) when (e is not PluginException)
        {
            // Foreign code may throw anything at all here; whatever it is, the plugin is not used.
            throw Failure(id, e);
        }
    }

    private static Assembly LoadAssembly(PluginCandidate candidate)
    {
        // The builder and not PluginLoader of the same package: that one follows additionalProbingPaths of a
        // runtimeconfig planted beside the plugin.
        AssemblyLoadContext loadContext = new AssemblyLoadContextBuilder()
            .SetMainAssemblyPath(candidate.MainAssembly)
            .SetDefaultContext(AssemblyLoadContext.Default)
            .PreferDefaultLoadContextAssembly(Contract)
            .Build();
        return loadContext.LoadFromAssemblyPath(candidate.MainAssembly);
    }

    private static PluginException Failure(string id, Exception cause) =>
        new($"Plugin '{id}' failed to start: {cause.Message}", cause);
}
