using KeychainAuth.Plugins.VerifyMacOS.Code;
using KeychainAuth.Plugins.VerifyMacOS.Files;
using KeychainAuth.Plugins.VerifyMacOS.Processes;

namespace KeychainAuth.Plugins.VerifyMacOS.Pins;

/// <summary>
/// What recognises one image of one process: its audit token, its start time, its running code and the file that code
/// came from. Tested as a whole. Several connections share it; the registry counts them.
/// </summary>
internal sealed class ImagePin(
    AuditToken token, ProcessStart start, SecurityCode code, CodeFacts facts, ExecutableFile file, long instant) : IDisposable
{
    private readonly Dictionary<string, bool> _signers = new(StringComparer.Ordinal);

    public ImageKey Key { get; } = new(token.ProcessId, token.Version);

    public CodeFacts Facts => facts;

    public ExecutableFile File => file;

    /// <summary>A reading of the monotonic clock from which on the process is known to have run this image.</summary>
    public long Instant { get; } = instant;

    /// <summary>How many hold it. Guarded by the registry's lock.</summary>
    public int Holders { get; set; }

    /// <summary>Whether the registry still gives it out. Guarded by the registry's lock.</summary>
    public bool IsListed { get; set; }

    /// <summary>When it was used last, in the registry's count of uses. Guarded by the registry's lock.</summary>
    public long LastUse { get; set; }

    /// <summary>Looks whether the process still runs this image, untouched.</summary>
    /// <returns>Null when it does, otherwise a sentence that says what has changed.</returns>
    public string? FindChange()
    {
        // The number first, then the token: a process that takes the number over has another version.
        if (ProcessLook.At(token.ProcessId) is not { IsEnding: false } look || look.Start != start)
        {
            return $"Process {token.ProcessId} has ended.";
        }

        if (look.IsTraced)
        {
            return $"Process {token.ProcessId} is being debugged, so whoever debugs it speaks through it.";
        }

        if (token.FindExecutable() is not { } path)
        {
            return $"Process {token.ProcessId} has executed another program since it was verified.";
        }

        if (path != file.Path)
        {
            return $"The executable of process {token.ProcessId} has been moved from {file.Path} to {path}.";
        }

        if (!facts.IsSigned)
        {
            return null;
        }

        int status = code.Check(requirement: null);
        return status == CodeStatus.Success
            ? null
            : $"The code of process {token.ProcessId} is no longer valid: {CodeStatus.Describe(status)} (OSStatus {status}).";
    }

    /// <summary>Whether the process is there; costs little and says nothing about its code.</summary>
    public bool IsAlive() => token.FindExecutable() is not null;

    /// <summary>Whether the running code meets a signer of config.json. The answer is kept: the image does not change.</summary>
    public bool IsSignedBy(string signer)
    {
        lock (_signers)
        {
            if (!_signers.TryGetValue(signer, out bool known))
            {
                known = facts.IsSigned && SignerText.ToRequirements(signer).All(requirement => code.Check(requirement) == CodeStatus.Success);
                _signers.Add(signer, known);
            }

            return known;
        }
    }

    public void Dispose() => code.Dispose();
}
