using System.Runtime.InteropServices;
using System.Text;
using KeychainAuth.Plugins.VerifyLinux.Parsing;
using KeychainAuth.Plugins.VerifyLinux.Processes;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// Judges the file system that a file is on. The kind is looked up in our own mount table first, which asks nothing of
/// the file system itself (one in a user's process may never answer), and then confirmed by fstatfs(2).
/// </summary>
internal sealed class MountTable : IDisposable
{
    private const int MaxTableBytes = 16 << 20;
    private const int MaxOverlayDepth = 4;
    private const string Overlay = "overlay";

    private static readonly Dictionary<string, (long Magic, bool TracksMappedWrites)> Trusted = new()
    {
        ["ext2"] = (Interop.Libc.EXT4_SUPER_MAGIC, true),
        ["ext3"] = (Interop.Libc.EXT4_SUPER_MAGIC, true),
        ["ext4"] = (Interop.Libc.EXT4_SUPER_MAGIC, true),
        ["xfs"] = (Interop.Libc.XFS_SUPER_MAGIC, true),
        ["btrfs"] = (Interop.Libc.BTRFS_SUPER_MAGIC, true),
        ["f2fs"] = (Interop.Libc.F2FS_SUPER_MAGIC, true),
        // Moves the times when it writes pages out, not when they change.
        ["zfs"] = (Interop.Libc.ZFS_SUPER_MAGIC, false),
        // Never writes pages out, so a page once dirty stays so.
        ["tmpfs"] = (Interop.Libc.TMPFS_MAGIC, false),
        // Read-only images, which only root can mount: snaps and image-based systems keep their programs there.
        ["squashfs"] = (Interop.Libc.SQUASHFS_MAGIC, true),
        ["erofs"] = (Interop.Libc.EROFS_SUPER_MAGIC_V1, true),
        [Overlay] = (Interop.Libc.OVERLAYFS_SUPER_MAGIC, true),
    };

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _file = Interop.Libc.Open("/proc/self/mountinfo", Interop.Libc.O_RDONLY);
    private readonly Dictionary<ulong, MountInfoLine> _mounts = [];
    private readonly Dictionary<ulong, FileSystemVerdict> _verdicts = [];
    private readonly ulong[] _alwaysMounted = [.. ((string[])["/", "/usr"]).Select(FindMount).OfType<ulong>()];
    private readonly bool _acceptHiddenOverlayLayers;
    private bool _isRead;

    public MountTable(bool acceptHiddenOverlayLayers) => _acceptHiddenOverlayLayers = acceptHiddenOverlayLayers;

    /// <summary>Whether a file lies where nobody unmounts: a descriptor of it keeps its mount busy.</summary>
    public bool IsAlwaysMounted(in Interop.Libc.statx_buffer stat) =>
        (stat.stx_mask & Interop.Libc.STATX_MNT_ID) != 0 && _alwaysMounted.Contains(stat.stx_mnt_id);

    /// <summary>Judges where a file lies.</summary>
    /// <param name="file">The file; O_PATH suffices.</param>
    /// <param name="stat">What <see cref="Interop.Libc.StatXAt"/> said of it.</param>
    /// <returns>Null where the file was reached through a mount that does not exist here: another mount namespace.</returns>
    public FileSystemVerdict? Judge(SafeHandle file, in Interop.Libc.statx_buffer stat)
    {
        lock (_lock)
        {
            return Refresh()
                ? Judge(file, stat, depth: 0)
                : Refuse("unknown", "cannot be judged, because the table of mounts cannot be read");
        }
    }

    public void Dispose() => _file.Dispose();

    private static ulong? FindMount(string path)
    {
        using SafeFileHandle directory = FileOpener.OpenPath(path);
        return !directory.IsInvalid
            && Interop.Libc.StatXAt(directory, "", out Interop.Libc.statx_buffer stat) == 0
            && (stat.stx_mask & Interop.Libc.STATX_MNT_ID) != 0
            ? stat.stx_mnt_id
            : null;
    }

    private FileSystemVerdict? Judge(SafeHandle file, in Interop.Libc.statx_buffer stat, int depth)
    {
        if ((stat.stx_mask & Interop.Libc.STATX_MNT_ID) == 0)
        {
            return JudgeByKind(file);
        }

        if (!_mounts.TryGetValue(stat.stx_mnt_id, out MountInfoLine? mount))
        {
            return null;
        }

        if (!Trusted.TryGetValue(mount.FileSystem, out (long Magic, bool TracksMappedWrites) kind))
        {
            return Refuse(
                mount.FileSystem,
                $"lies on {mount.FileSystem}, where somebody else can decide at each read what it contains; install it on a local file system "
                + "(ext4, xfs, btrfs, f2fs, zfs, tmpfs, squashfs, erofs, or overlay over these)");
        }

        if (Interop.Libc.FStatFs(file, out long type) != 0 || type != kind.Magic)
        {
            return Refuse(mount.FileSystem, $"lies on a file system that the mount table calls {mount.FileSystem} and the kernel another");
        }

        if (_verdicts.TryGetValue(mount.Id, out FileSystemVerdict? known))
        {
            return known;
        }

        FileSystemVerdict verdict = mount.FileSystem == Overlay
            ? JudgeLayers(mount, depth)
            : new FileSystemVerdict(mount.FileSystem, kind.TracksMappedWrites, Problem: null);
        _verdicts[mount.Id] = verdict;
        return verdict;
    }

    /// <summary>
    /// Linux before 5.8 does not name the mount of a file. Then only the file system itself can be asked, and an
    /// overlay's layers are hidden.
    /// </summary>
    private FileSystemVerdict JudgeByKind(SafeHandle file)
    {
        if (Interop.Libc.FStatFs(file, out long type) == 0)
        {
            foreach ((string name, (long magic, bool tracks)) in Trusted)
            {
                if (magic == type && (name != Overlay || _acceptHiddenOverlayLayers))
                {
                    return new FileSystemVerdict(name, tracks && name != Overlay, Problem: null);
                }
            }
        }

        return Refuse(
            "unknown",
            "lies on a file system where somebody else can decide at each read what it contains, or on an overlay whose layers this kernel "
            + "does not let us find (Linux 5.8 does); install it on a local file system");
    }

    /// <summary>An overlay is worth what the worst of its layers is.</summary>
    private FileSystemVerdict JudgeLayers(MountInfoLine overlay, int depth)
    {
        IReadOnlyList<string> layers = overlay.OverlayLayers();
        bool tracks = true;
        bool hidden = layers.Count == 0;
        foreach (string layer in layers)
        {
            using SafeFileHandle directory = FileOpener.OpenPath(layer);
            if (directory.IsInvalid || !layer.StartsWith('/') || Interop.Libc.StatXAt(directory, "", out Interop.Libc.statx_buffer stat) != 0)
            {
                hidden = true;
                continue;
            }

            FileSystemVerdict? verdict = depth < MaxOverlayDepth
                ? Judge(directory, stat, depth + 1)
                : Refuse(Overlay, "lies on overlays stacked too deep");
            if (verdict is null)
            {
                hidden = true;
                continue;
            }

            if (verdict.Problem is not null)
            {
                return Refuse(Overlay, $"lies on an overlay whose layer {layer} {verdict.Problem}");
            }

            tracks &= verdict.TracksMappedWrites;
        }

        if (hidden && !_acceptHiddenOverlayLayers)
        {
            return Refuse(
                Overlay,
                "lies on an overlay with layers that cannot be seen from here; where an administrator built it (a container's image), "
                + "set hidden_overlay_layers of verify-linux to 'accept'");
        }

        return new FileSystemVerdict(Overlay, tracks && !hidden, Problem: null);
    }

    private static FileSystemVerdict Refuse(string name, string problem) => new(name, TracksMappedWrites: false, problem);

    /// <summary>Reads the table anew when it has changed since the last look (poll(2) on it tells).</summary>
    private bool Refresh()
    {
        if (_file.IsInvalid || _file.IsClosed)
        {
            return false;
        }

        // The question resets the mark, so it comes before the reading: a change in between is seen the next time.
        Span<Interop.Libc.pollfd> question = [new Interop.Libc.pollfd { fd = (int)_file.DangerousGetHandle(), events = Interop.Libc.POLLPRI }];
        int answer = Interop.Libc.Poll(question, milliseconds: 0);
        if (_isRead && answer == 0)
        {
            return true;
        }

        _mounts.Clear();
        _verdicts.Clear();
        _isRead = false;
        using ProcText text = new();
        if (!text.TryRead(_file, MaxTableBytes))
        {
            return false;
        }

        foreach (string line in Encoding.UTF8.GetString(text.Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (MountInfoLine.Parse(line) is not { } mount)
            {
                return false;
            }

            _mounts[mount.Id] = mount;
        }

        _isRead = true;
        return true;
    }
}
