using System.Globalization;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Pins;

namespace KeychainAuth.Plugins.VerifyLinux;

/// <summary>A connection's hold on the pin of its process. Several connections of one process share the pin.</summary>
internal sealed class LinuxVerifiedPeer(PinRegistry registry, ProcessPin pin, PeerCredentials credentials) : VerifiedPeer, ILaunchedPeer
{
    private CodeInventory _code = pin.Code;
    private int _disposed;
    private string? _change;

    public override string ExecutablePath => pin.Executable.Path;

    public override string Sha256 => pin.Executable.Sha256;

    public override string? ChangeDescription => _change;

    /// <summary>The group of the connection agrees too: it was the process's when it connected.</summary>
    public bool IsLaunched => pin.Launch is { } mark && credentials.GroupId == mark.Group;

    public CodeFile? Script => IsLaunched ? pin.Launch!.Script : null;

    internal ProcessPin Pin => pin;

    internal PeerCredentials Credentials => credentials;

    public override CodeInventory Code => Volatile.Read(ref _code);

    /// <summary>Built when asked for: only a person's question needs it.</summary>
    public override IReadOnlyDictionary<string, string> Evidence
    {
        get
        {
            var evidence = new Dictionary<string, string>
            {
                ["file_system"] = pin.Executable.FileSystem.Name,
                ["owner"] = pin.Executable.Owner.ToString(CultureInfo.InvariantCulture),
                ["mode"] = Convert.ToString(pin.Executable.Permissions, 8).PadLeft(4, '0'),
                ["process_handle"] = credentials.ProcessHandle is not null ? "pidfd" : "none",
            };
            if (pin.ReadCommandLine() is { } arguments)
            {
                evidence["command_line"] = arguments;
            }

            return evidence;
        }
    }

    public override async ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            return false;
        }

        if (await pin.LookAsync(cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            _change = refusal.Message;
            return false;
        }

        Volatile.Write(ref _code, pin.Code);
        return true;
    }

    public override async ValueTask<bool> IsSameImageAsync(CancellationToken cancellationToken) =>
        (Volatile.Read(ref _disposed) == 0 && await pin.IsSameImageAsync(cancellationToken).ConfigureAwait(false))
        || await IsUnchangedAsync(cancellationToken).ConfigureAwait(false);

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            registry.Release(pin);
        }

        return base.DisposeAsync();
    }
}
