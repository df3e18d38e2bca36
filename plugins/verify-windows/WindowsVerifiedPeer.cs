using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>A connection's process and its pin.</summary>
/// <param name="handle">The process; the connection's, which outlives this.</param>
/// <param name="pin">What it was found to run.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsVerifiedPeer(SafeHandle handle, ImagePin pin) : VerifiedPeer
{
    private readonly Lazy<SigningEvidence> _signing = new(() => Authenticode.Examine(pin.File.Path!, pin.File.Key));
    private bool _disposed;
    private string? _change;

    public override string ExecutablePath => pin.File.Path!;

    public override string Sha256 => pin.Sha256;

    public override string? ChangeDescription => _change;

    /// <summary>Examined when asked for: it takes longer than all the rest.</summary>
    public override string? SigningIdentity => _signing.Value.Identity;

    public override IReadOnlyDictionary<string, string> Evidence
    {
        get
        {
            var evidence = new Dictionary<string, string>
            {
                ["session"] = pin.Process.Session.ToString(CultureInfo.InvariantCulture),
                ["created_at"] = DateTimeOffset.FromFileTime(pin.Process.CreatedAt).ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
                ["signature"] = _signing.Value.Status,
            };
            if (_signing.Value.Publisher is { } publisher)
            {
                evidence["publisher"] = publisher;
            }

            if (_signing.Value.Identity is { } identity)
            {
                evidence["signer"] = identity;
            }

            return evidence;
        }
    }

    public override ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_disposed)
        {
            _change = FindChange();
        }

        return ValueTask.FromResult(!_disposed && _change is null);
    }

    public override ValueTask DisposeAsync()
    {
        _disposed = true;
        return base.DisposeAsync();
    }

    private string? FindChange()
    {
        if (ProcessProbe.Read(handle, out string? fault) is not { } now)
        {
            return fault;
        }

        if (PeerRules.FindChange(pin.Process, now) is { } change)
        {
            return change;
        }

        return ImageFile.KeyAt(pin.File.Path!) == pin.File.Key ? null : $"What lies at {pin.File.Path} is no longer the file that the process runs.";
    }
}
