using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using KeychainAuth.Core.Files;
using KeychainAuth.Daemon.Sealing;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Daemon.Keys;

/// <summary>All users' keys.json, looked at by root and never written: they are the daemon account's.</summary>
/// <param name="dataDirectory"><c>/var/lib/keychain-auth</c>, with one directory per user id.</param>
internal sealed class UserKeyFiles(string dataDirectory)
{
    internal string DataDirectory { get; } = dataDirectory;

    private const int MaxBytes = 1024 * 1024;

    /// <summary>Users who have keys, in order.</summary>
    internal IReadOnlyList<UserKeyStatus> Read()
    {
        if (!Directory.Exists(DataDirectory))
        {
            return [];
        }

        var users = new List<UserKeyStatus>();
        foreach (string directory in Directory.EnumerateDirectories(DataDirectory))
        {
            if (uint.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out uint userId)
                && Read(userId, Path.Combine(directory, SealedStoreFactory.KeyFileName)) is { } user)
            {
                users.Add(user);
            }
        }

        return [.. users.OrderBy(user => user.UserId)];
    }

    private static UserKeyStatus? Read(uint userId, string path)
    {
        using SafeFileHandle file = Interop.Libc.Open(path, Interop.Libc.O_RDONLY | Interop.Libc.O_NOFOLLOW | Interop.Libc.O_NONBLOCK);
        if (file.IsInvalid)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Interop.Errno.ENOENT ? null : UserKeyStatus.Broken(userId, Interop.Describe(errno));
        }

        try
        {
            using var stream = new FileStream(file, FileAccess.Read, bufferSize: 1);
            if (stream.Length > MaxBytes)
            {
                return UserKeyStatus.Broken(userId, "It is larger than any file of keys.");
            }

            KeyDocument document = JsonSerializer.Deserialize(stream, KeyJsonContext.Documents.KeyDocument) ?? throw new JsonException();
            document.Check(userId);
            return UserKeyStatus.From(userId, document);
        }
        catch (Exception e) when (e is JsonException or IOException or NotSupportedException)
        {
            return UserKeyStatus.Broken(userId, "It cannot be parsed.");
        }
        catch (DocumentException e)
        {
            return UserKeyStatus.Broken(userId, e.Message);
        }
    }
}
