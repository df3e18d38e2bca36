using KeychainAuth.Plugins.VerifyLinux.Parsing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// Root's own code files that live processes have mapped, each looked at once for all of them, and a few that no process has
/// mapped any more: the next start of the same program maps them again. Not noticed while a process that maps it lives: that
/// root gives such a file away.
/// </summary>
internal sealed class TrustedFiles : IDisposable
{
    // One descriptor each. Beyond that, files are looked at each time.
    private const int Capacity = 1024;
    private const int IdleCapacity = 128;

    private readonly Lock _lock = new();
    private readonly Dictionary<MappingIdentity, TrustedFile> _files = [];

    // Those that nothing relies on, the one longest so first.
    private readonly LinkedList<TrustedFile> _idle = [];
    private bool _disposed;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _files.Count;
            }
        }
    }

    /// <summary>Finds a file that was looked at before, and holds on to it.</summary>
    public TrustedFile? TryAcquire(MappingIdentity identity, ReadOnlySpan<byte> name)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(identity, out TrustedFile? file) || !name.SequenceEqual(file.Name))
            {
                return null;
            }

            if (file.References == 0)
            {
                if (!file.IsStillRootsAlone())
                {
                    Forget(file);
                    return null;
                }

                _idle.Remove(file);
            }

            file.References++;
            return file;
        }
    }

    /// <summary>Remembers a file that has just been found to be root's alone, and holds on to it.</summary>
    /// <param name="identity">What the maps file shows for it.</param>
    /// <param name="name">What the maps file calls it.</param>
    /// <param name="descriptor">A descriptor of it, which this object owns from now on.</param>
    /// <param name="mayIdle">Whether to keep it when nothing relies on it any more.</param>
    /// <returns>Null where it is not remembered: there are too many, or another one has this identity (btrfs).</returns>
    public TrustedFile? Add(MappingIdentity identity, byte[] name, SafeFileHandle descriptor, bool mayIdle)
    {
        lock (_lock)
        {
            if (_files.TryGetValue(identity, out TrustedFile? other) && other.References == 0)
            {
                Forget(other);
            }
            else if (_files.Count >= Capacity && _idle.First is { } oldest)
            {
                Forget(oldest.Value);
            }

            TrustedFile file = new(identity, name, descriptor, mayIdle) { References = 1 };
            if (_disposed || _files.Count >= Capacity || !_files.TryAdd(identity, file))
            {
                descriptor.Dispose();
                return null;
            }

            return file;
        }
    }

    /// <summary>Lets go of a file; of nothing, where there is none.</summary>
    public void Release(TrustedFile? file)
    {
        lock (_lock)
        {
            if (file is null || --file.References > 0 || _disposed)
            {
                return;
            }

            _idle.AddLast(file);
            if (!file.MayIdle)
            {
                Forget(file);
            }
            else if (_idle.Count > IdleCapacity)
            {
                Forget(_idle.First!.Value);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            foreach (TrustedFile file in _files.Values)
            {
                file.Descriptor.Dispose();
            }

            _files.Clear();
            _idle.Clear();
        }
    }

    private void Forget(TrustedFile idle)
    {
        _idle.Remove(idle);
        _files.Remove(idle.Identity);
        idle.Descriptor.Dispose();
    }
}
