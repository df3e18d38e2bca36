using System.Globalization;
using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Users;

/// <summary>The published tree where an ordinary user can reach it: in place, or else as a copy for the length of a test.</summary>
[SupportedOSPlatform("linux")]
internal sealed class UserTree : IDisposable
{
    private readonly string? _copy;

    private UserTree(string path, string? copy)
    {
        Path = path;
        _copy = copy;
    }

    internal string Path { get; }

    internal static async Task<UserTree> FindAsync(uint user)
    {
        OtherUser.Require();
        string id = user.ToString(CultureInfo.InvariantCulture);
        string program = System.IO.Path.Combine(RepositoryPaths.Tree, "keychain-auth");
        CommandResult result = await Command.RunAsync("setpriv", ["--reuid", id, "--regid", id, "--clear-groups", "--", "test", "-x", program]);
        if (result.ExitCode == 0)
        {
            return new UserTree(RepositoryPaths.Tree, copy: null);
        }

        // Not under the temporary directory: plugins are not taken from places into which everybody may write.
        string copy = $"/opt/keychain-auth-test-{Guid.NewGuid():N}";
        result = await Command.RunAsync("cp", ["--recursive", "--no-target-directory", RepositoryPaths.Tree, copy]);
        Assert.True(result.ExitCode == 0, result.ToString());
        await OtherUser.ChmodAsync("755", copy);
        return new UserTree(copy, copy);
    }

    public void Dispose()
    {
        if (_copy is not null)
        {
            Directory.Delete(_copy, recursive: true);
        }
    }
}
