using KeychainAuth.Plugin;
using static Interop.Libc;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>Finds out whether the keyring can be read and written, without writing.</summary>
internal static class KeyringProbe
{
    /// <param name="path">Where it is.</param>
    /// <param name="countServices">Reads it, and says how many services have secrets in it.</param>
    internal static async ValueTask<StoreHealth> RunAsync(string path, Func<ValueTask<int>> countServices)
    {
        string directoryPath = Path.GetDirectoryName(path)!;
        try
        {
            using (KeyringDirectory? directory = KeyringDirectory.Open(directoryPath))
            {
                if (directory is null)
                {
                    string parent = Path.GetDirectoryName(directoryPath) ?? "/";
                    RequireWritable(parent, $"The keyring's directory '{directoryPath}' does not exist and cannot be created in '{parent}'");
                    return new StoreHealth(StoreState.Ready, $"The keyring '{path}' does not exist yet; the first write creates it.");
                }
            }

            RequireWritable(directoryPath, $"The keyring's directory '{directoryPath}' cannot be written");
            int services = await countServices();
            return new StoreHealth(StoreState.Ready, $"The keyring '{path}' holds secrets of {services} services.");
        }
        catch (StoreException exception)
        {
            return new StoreHealth(StoreState.Unavailable, exception.Message);
        }
    }

    private static void RequireWritable(string directory, string otherwise)
    {
        if (EffectiveAccess(directory, W_OK | X_OK) != 0)
        {
            throw NativeFailure.Unavailable(otherwise);
        }
    }
}
