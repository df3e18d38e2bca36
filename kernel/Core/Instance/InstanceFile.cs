using System.Diagnostics;
using System.Text.Json;
using KeychainAuth.Core.Files;
using KeychainAuth.Core.Paths;
using KeychainAuth.Windows;

namespace KeychainAuth.Core.Instance;

/// <summary>
/// The note a daemon leaves beside its socket while it lives. A lock says whether it lives, which the kernel drops when
/// it dies however it dies; the note says which daemon it is. This spares <c>status</c> a connection, which would be
/// audited and, from a program that is not registered, refused.
/// </summary>
internal sealed class InstanceFile : IDisposable
{
    private const int MaxBytes = 64 * 1024;

    // In a row, by somebody who does not merely ask whether it is held.
    private const int RefusedClaims = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClaimInterval = TimeSpan.FromMilliseconds(10);

    private readonly string _path;
    private readonly InterProcessLock _lock;

    private InstanceFile(string path, InterProcessLock locker)
    {
        _path = path;
        _lock = locker;
    }

    /// <summary>Claims a socket for this process.</summary>
    /// <returns>Null when a daemon that lives has claimed it.</returns>
    /// <exception cref="IOException">The socket's directory cannot be used, or it is no socket.</exception>
    internal static InstanceFile? TryClaim(UserPaths paths, string socket)
    {
        string path = PathFor(paths, socket);
        long start = Stopwatch.GetTimestamp();
        int refused = 0;
        for (bool isLast = false; ; isLast = Stopwatch.GetElapsedTime(start) > Patience)
        {
            PrivateDirectory.Ensure(Path.GetDirectoryName(path)!);
            var locker = new InterProcessLock(LockPath(path));
            if (locker.TryEnter() && locker.IsInPlace())
            {
                return new InstanceFile(path, locker);
            }

            // It may only be a `status` that looks whether somebody holds it: for microseconds, or until it is scheduled again.
            refused = locker.IsHeld() ? refused + 1 : 0;
            locker.Dispose();
            if (isLast || refused == RefusedClaims)
            {
                return null;
            }

            Thread.Sleep(ClaimInterval);
        }
    }

    /// <summary>The daemon that serves a socket now.</summary>
    /// <returns>Null when none does.</returns>
    /// <exception cref="IOException">The note cannot be read.</exception>
    internal static DaemonInstance? Find(UserPaths paths, string socket)
    {
        string path = PathFor(paths, socket);
        if (!File.Exists(LockPath(path)))
        {
            return null;
        }

        using var locker = new InterProcessLock(LockPath(path));
        if (!locker.IsHeld() || PrivateFile.ReadAllBytes(path, MaxBytes) is not { } content)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(content, InstanceJsonContext.Default.DaemonInstance);
        }
        catch (JsonException e)
        {
            throw new IOException($"{path} is not what a daemon writes: restart the daemon.", e);
        }
    }

    /// <summary>Whether nobody holds a socket any more.</summary>
    /// <exception cref="IOException">It cannot be found out.</exception>
    internal static bool IsFree(UserPaths paths, string socket)
    {
        string path = LockPath(PathFor(paths, socket));
        if (!File.Exists(path))
        {
            return true;
        }

        using var locker = new InterProcessLock(path);
        return !locker.IsHeld();
    }

    /// <summary>Whether those who ask still find the note, and the lock that says it is true.</summary>
    /// <exception cref="IOException">It cannot be found out.</exception>
    internal bool IsInPlace() => _lock.IsInPlace() && File.Exists(_path);

    internal void Publish(DaemonInstance instance) =>
        PrivateFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(instance, InstanceJsonContext.Default.DaemonInstance));

    /// <summary>Takes the note away and gives up the claim.</summary>
    public void Dispose()
    {
        try
        {
            // Where somebody has removed the lock, another daemon may have claimed the socket: the note is that one's then.
            if (_lock.IsInPlace())
            {
                File.Delete(_path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody believes a note whose lock nobody holds.
        }

        _lock.Dispose();
    }

    private static string LockPath(string path) => path + ".lock";

    private static string PathFor(UserPaths paths, string socket) => OperatingSystem.IsWindows()
        ? Path.Combine(paths.DataDirectory, $"pipe-{PipeAddress.NameOf(socket) ?? throw new IOException(PipeAddress.Fault(socket))}.instance")
        : socket + ".instance";
}
