using KeychainAuth.Plugins.VerifyLinux.Parsing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Plugins.VerifyLinux.Files;

/// <summary>
/// Root's own code files that live processes have mapped, each looked at once for all of them. Not noticed while a
/// process that maps it lives: that root gives such a file away.
/// </summary>
internal sealed class TrustedFiles : IDisposable
{
    // One descriptor each. Beyond that, files are looked at each time.
    private const int Capacity = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<MappingIdentity, TrustedFile> _files = [];
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

            file.References++;
            return file;
        }
    }

    /// <summary>Remembers a file that has just been found to be root's alone, and holds on to it.</summary>
    /// <param name="identity">What the maps file shows for it.</param>
    /// <param name="name">What the maps file calls it.</param>
    /// <param name="descriptor">A descriptor of it, which this object owns from now on.</param>
    /// <returns>Null where it is not remembered: there are too many, or another one has this identity (btrfs).</returns>
    public TrustedFile? Add(MappingIdentity identity, byte[] name, SafeFileHandle descriptor)
    {
        lock (_lock)
        {
            if (_disposed || _files.Count >= Capacity || _files.ContainsKey(identity))
            {
                descriptor.Dispose();
                return null;
            }

            TrustedFile file = new(identity, name, descriptor) { References = 1 };
            _files.Add(identity, file);
            return file;
        }
    }

    /// <summary>Lets go of a file; of nothing, where there is none.</summary>
    public void Release(TrustedFile? file)
    {
        lock (_lock)
        {
            if (file is not null && --file.References == 0)
            {
                _files.Remove(file.Identity);
                file.Descriptor.Dispose();
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
        }
    }
}
