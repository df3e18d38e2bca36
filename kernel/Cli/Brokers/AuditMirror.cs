using KeychainAuth.Core.Admin;

namespace KeychainAuth.Cli.Brokers;

/// <summary>
/// A copy of a log that the system daemon keeps, in a private directory for as long as this process reads it. Files
/// follow the daemon's rotations by their ids, so that nothing is fetched twice.
/// </summary>
internal sealed class AuditMirror : IAuditSource
{
    private const string Current = "audit.log";

    private readonly Func<AdminRequest, AdminResponse> _ask;
    private readonly string _directory = Directory.CreateTempSubdirectory("keychain-auth-audit-").FullName;
    private readonly Dictionary<ulong, string> _names = [];

    internal AuditMirror(Func<AdminRequest, AdminResponse> ask) => _ask = ask;

    public string Path => System.IO.Path.Combine(_directory, Current);

    public void Refresh(int? lines)
    {
        IReadOnlyList<AdminAuditFile> files = _ask(new AdminRequest { Action = AdminAction.AuditFiles }).Files ?? [];
        Rename(files);
        long missing = lines ?? long.MaxValue;
        foreach (AdminAuditFile file in files.Reverse())
        {
            if (missing <= 0)
            {
                break;
            }

            missing -= Fetch(file);
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    // By way of names that no other file has: two may swap.
    private void Rename(IReadOnlyList<AdminAuditFile> files)
    {
        foreach ((ulong id, string name) in _names.ToArray())
        {
            if (files.FirstOrDefault(f => f.Id == id) is not { } now)
            {
                File.Delete(Of(name));
                _names.Remove(id);
            }
            else if (now.Name != name)
            {
                File.Move(Of(name), Of($"moving-{id}"));
            }
        }

        foreach (AdminAuditFile file in files.Where(f => _names.TryGetValue(f.Id, out string? name) && name != f.Name))
        {
            File.Move(Of($"moving-{file.Id}"), Of(file.Name));
            _names[file.Id] = file.Name;
        }
    }

    /// <returns>How many lines the file has now.</returns>
    private int Fetch(AdminAuditFile file)
    {
        string path = Of(_names[file.Id] = System.IO.Path.GetFileName(file.Name));
        using var copy = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (copy.Length > file.Size)
        {
            // A writer that died left half a record, and the next one has removed it.
            copy.SetLength(file.Size);
        }

        copy.Position = copy.Length;
        for (byte[] data = Read(); data.Length > 0; data = Read())
        {
            copy.Write(data);
        }

        copy.Flush();
        copy.Position = 0;
        int lines = 0;
        for (int next = copy.ReadByte(); next >= 0; next = copy.ReadByte())
        {
            lines += next == '\n' ? 1 : 0;
        }

        return lines;

        byte[] Read() => _ask(new AdminRequest { Action = AdminAction.AuditRead, File = file.Id, Offset = copy.Position }).Data ?? [];
    }

    private string Of(string name) => System.IO.Path.Combine(_directory, name);
}
