using System.Globalization;
using System.Runtime.Versioning;

namespace KeychainAuth.EndToEnd.Tests.Faults;

/// <summary>A control group with a limit of memory, of either version of the kernel's interface. Needs root.</summary>
[SupportedOSPlatform("linux")]
internal sealed class MemoryLimit : IDisposable
{
    private const string Version1 = "/sys/fs/cgroup/memory";
    private const string Version2 = "/sys/fs/cgroup";

    private readonly string _group;

    private MemoryLimit(string group) => _group = group;

    /// <summary>A command that runs its arguments within the limit.</summary>
    internal string[] Launcher => ["sh", "-c", $"echo $$ > {_group}/cgroup.procs && exec \"$@\"", "sh"];

    internal static async Task<MemoryLimit> CreateAsync(int mebibytes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Limiting memory needs root.");
        bool isVersion1 = Directory.Exists(Version1);
        bool isVersion2 = !isVersion1 && File.Exists(Version2 + "/cgroup.subtree_control")
            && (await File.ReadAllTextAsync(Version2 + "/cgroup.subtree_control")).Contains("memory", StringComparison.Ordinal);
        Assert.SkipUnless(isVersion1 || isVersion2, "This machine lets nobody limit memory (no memory controller).");
        string group = $"{(isVersion1 ? Version1 : Version2)}/keychain-auth-test-{Guid.NewGuid():N}";
        Directory.CreateDirectory(group);
        var limit = new MemoryLimit(group);
        string bytes = ((long)mebibytes << 20).ToString(CultureInfo.InvariantCulture);
        try
        {
            await File.WriteAllTextAsync(Path.Combine(group, isVersion1 ? "memory.limit_in_bytes" : "memory.max"), bytes);
            return limit;
        }
        catch
        {
            limit.Dispose();
            throw;
        }
    }

    // rmdir(2): the files in it are the kernel's. Empty by then, because the daemon has ended.
    public void Dispose() => Directory.Delete(_group);
}
