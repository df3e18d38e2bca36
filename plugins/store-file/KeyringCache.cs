using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static Interop.Libc;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>
/// The keyring in memory and the identity of the file it was read from. Every look costs one statx; only a file that
/// changed is read again. A file that cannot be read or parsed empties the cache: old secrets are never served for it.
/// </summary>
/// <param name="path">The keyring's path.</param>
/// <param name="time">The clock that file times are compared with.</param>
internal sealed class KeyringCache(string path, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan RecentlyWritten = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _directory = Path.GetDirectoryName(path)!;
    private readonly string _name = Path.GetFileName(path);

    private Keyring? _keyring;
    private FileIdentity? _identity;
    private byte[] _hash = [];
    private bool _settled;

    /// <summary>How long to leave a tool that writes in place to finish.</summary>
    internal static TimeSpan PauseForWriter { get; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs <paramref name="look"/> on the keyring as the file is now. It must copy what it hands out.</summary>
    /// <returns>False when the file changed while it was read.</returns>
    internal bool TryLook<T>(Func<Keyring, T> look, [MaybeNullWhen(false)] out T seen)
    {
        lock (_gate)
        {
            if (!TryRefresh(thorough: false))
            {
                seen = default;
                return false;
            }

            seen = look(_keyring);
            return true;
        }
    }

    /// <summary>Whether a corrupt file may just be half written: tools that truncate and write leave such moments.</summary>
    internal bool MayBeInTheMaking() =>
        StatX(path, followLink: false, out statx_buffer stat) == 0 && FileIdentity.Of(stat).WasWrittenWithin(RecentlyWritten, time.GetUtcNow());

    /// <summary>Writes the keyring with a change to the file, then to memory. Under the lock.</summary>
    /// <returns>How many of the targets existed; null, and nothing written, when the file changed meanwhile.</returns>
    internal int? TryCommit(KeyringDirectory directory, string name, KeyringChange change)
    {
        PinnedWriter image;
        FileIdentity? origin;
        int existing;
        lock (_gate)
        {
            if (!TryRefresh(thorough: true))
            {
                return null;
            }

            existing = change.CountExisting(_keyring);
            if (change.OnlyDeletes && existing == 0)
            {
                return 0;
            }

            image = KeyringWriter.Write(_keyring, change);
            origin = _identity;
        }

        using (image)
        {
            if (!KeyringReplacement.TryReplace(directory, name, image.Written, origin, out FileIdentity written))
            {
                return null;
            }

            lock (_gate)
            {
                // A reader that came between the rename and this has loaded the new file already.
                if (_keyring is not null && _identity == origin)
                {
                    _keyring.Apply(change);
                    _identity = written;
                    _hash = SHA256.HashData(image.Written);
                    _settled = false;
                }
            }
        }

        return existing;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            Forget();
        }
    }

    // False when the file changed while it was read.
    [MemberNotNullWhen(true, nameof(_keyring))]
    private bool TryRefresh(bool thorough)
    {
        FileIdentity? current = null;
        if (StatX(path, followLink: false, out statx_buffer stat) == 0)
        {
            current = FileIdentity.Of(stat);
        }
        else if (Marshal.GetLastPInvokeError() is int errno && errno != Interop.Errno.ENOENT)
        {
            Forget();
            throw NativeFailure.Unavailable($"The keyring '{path}' cannot be examined", errno);
        }

        if (_keyring is not null && current == _identity && (current is null || _settled
            || (!thorough && current.Value.IsYoungerThan(FileIdentity.Tick, time.GetUtcNow()))))
        {
            return true;
        }

        return TryLoad();
    }

    // Two changes of one size within a tick of the file's clock look alike, so what was read within that tick is
    // compared once more by content: after the tick, or at once where a write would build on it.
    [MemberNotNullWhen(true, nameof(_keyring))]
    private bool TryLoad()
    {
        try
        {
            using KeyringDirectory? directory = KeyringDirectory.Open(_directory);
            using KeyringImage? image = directory?.Read(_name, time);
            if (image is { IsStable: false })
            {
                Forget();
                return false;
            }

            byte[] hash = image?.Hash() ?? [];
            if (_keyring is null || !hash.AsSpan().SequenceEqual(_hash))
            {
                Keyring loaded = image is null ? new Keyring() : KeyringReader.Parse(image.Bytes, path);
                _keyring?.Dispose();
                _keyring = loaded;
            }

            _hash = hash;
            _identity = image?.Identity;
            _settled = image is null || image.IsSettled;
            return true;
        }
        catch
        {
            Forget();
            throw;
        }
    }

    private void Forget()
    {
        _keyring?.Dispose();
        _keyring = null;
        _identity = null;
        _hash = [];
        _settled = false;
    }
}
