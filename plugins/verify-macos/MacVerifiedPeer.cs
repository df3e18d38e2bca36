using System.Globalization;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyMacOS.Code;
using KeychainAuth.Plugins.VerifyMacOS.Pins;
using KeychainAuth.Plugins.VerifyMacOS.Processes;

namespace KeychainAuth.Plugins.VerifyMacOS;

/// <summary>A connection's hold on the pin of its image. Several connections of one image share the pin.</summary>
internal sealed class MacVerifiedPeer(PinRegistry registry, ImagePin pin) : VerifiedPeer
{
    private int _disposed;
    private string? _change;

    public override string ExecutablePath => pin.File.Path;

    public override string Sha256 => pin.File.Sha256;

    public override string? SigningIdentity { get; } = SignerText.Of(pin.Facts);

    public override string? ChangeDescription => _change;

    /// <summary>Built when asked for: only a person's question needs it.</summary>
    public override IReadOnlyDictionary<string, string> Evidence
    {
        get
        {
            CodeFacts facts = pin.Facts;
            IReadOnlyList<string> gaps = CodeProtection.FindGaps(facts);
            var evidence = new Dictionary<string, string>
            {
                ["signature"] = SignatureText.Describe(facts),
                ["protection"] = gaps.Count == 0 ? "hardened runtime with library validation" : string.Join("; ", gaps),
                ["code_flags"] = $"0x{(uint)facts.Flags:x}",
                ["code_state"] = $"0x{(uint)facts.State:x}",
                ["file_system"] = pin.File.FileSystem,
                ["owner"] = pin.File.Owner.ToString(CultureInfo.InvariantCulture),
                ["mode"] = Convert.ToString(pin.File.Permissions, 8).PadLeft(4, '0'),
                ["pid_version"] = pin.Key.Version.ToString(CultureInfo.InvariantCulture),
            };
            AddIf(evidence, "cdhash", facts.CdHash);
            AddIf(evidence, "team", facts.TeamId);
            AddIf(evidence, "identifier", facts.Identifier);
            AddIf(evidence, "entitlements", facts.Entitlements.Count == 0 ? null : string.Join(", ", facts.Entitlements));
            AddIf(evidence, "command_line", CommandLine.Read(pin.Key.ProcessId));
            return evidence;
        }
    }

    public override ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            return ValueTask.FromResult(false);
        }

        _change = pin.FindChange();
        return ValueTask.FromResult(_change is null);
    }

    public override ValueTask<bool> IsSignedByAsync(string signer, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(signer);
        return ValueTask.FromResult(Volatile.Read(ref _disposed) == 0 && pin.IsSignedBy(signer));
    }

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            registry.Release(pin);
        }

        return base.DisposeAsync();
    }

    private static void AddIf(Dictionary<string, string> evidence, string name, string? value)
    {
        if (value is not null)
        {
            evidence.Add(name, value);
        }
    }
}
