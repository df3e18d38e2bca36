using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.StoreFile;

[assembly: SupportedOSPlatform("linux")]

// Arguments: a home directory and the first number. Writes number after number, each as a batch of two secrets in one
// of twenty slots, and says each number on a line of its own once the store has acknowledged it. Ends when killed.
const int Slots = 20;
string home = args[0];
long number = long.Parse(args[1], CultureInfo.InvariantCulture);
await using ISecretStore store = new FileStorePlugin().Create(PluginContexts.Create("store-file", home));
await using Stream output = Console.OpenStandardOutput();
while (true)
{
    byte[] value = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
    using Secret left = new($"left-{number % Slots}", new SecretBuffer(value));
    using Secret right = new($"right-{number % Slots}", new SecretBuffer(value));
    await store.WriteAsync("kill", [left, right], CancellationToken.None);
    await output.WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n")));
    await output.FlushAsync();
    number++;
}
