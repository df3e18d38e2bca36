using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>A small file system of its own for one test. Needs root.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TmpfsMount : IAsyncDisposable
{
    private TmpfsMount(string path) => Path = path;

    internal string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <param name="path">An existing directory; what is in it is hidden until the end.</param>
    /// <param name="kibibytes">The size of the file system.</param>
    internal static async Task<TmpfsMount> MountAsync(string path, int kibibytes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting a file system needs root.");
        await RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={kibibytes}k,mode=700"), "tmpfs", path);
        return new TmpfsMount(path);
    }

    /// <summary>Takes all the space that is left.</summary>
    internal void Fill()
    {
        using FileStream file = File.Create(Filler, bufferSize: 1);
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            // Full, as intended.
        }
    }

    /// <summary>Gives it back.</summary>
    internal void Free() => File.Delete(Filler);

    internal Task RemountAsync(string options) => RunAsync("mount", "-o", "remount," + options, Path);

    public async ValueTask DisposeAsync() =>

        // Lazily: the daemon still has files open here. Its end then frees the file system.
        await RunAsync("umount", "--lazy", Path);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        CommandResult result = await Command.RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, $"{program}: {result}");
    }
}
