using KeychainAuth.Plugins.VerifyMacOS.Code;
using KeychainAuth.Plugins.VerifyMacOS.Files;
using KeychainAuth.Plugins.VerifyMacOS.Processes;

namespace KeychainAuth.Plugins.VerifyMacOS.Pins;

/// <summary>
/// Establishes what an image is. Every answer is asked for by the audit token where the system allows, and what it
/// knows by number or path only is asked between two questions by token.
/// </summary>
internal sealed class PinTaker(VerifierSettings settings)
{
    private readonly ExecutableReader _reader = new(settings.MaxExecutableBytes);

    /// <param name="token">The image, as of accept.</param>
    /// <param name="instant">A reading of the clock after the token was read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A pin, or why there is none: exactly one is set.</returns>
    internal (ImagePin? Pin, Refusal? Refusal) Take(AuditToken token, long instant, CancellationToken cancellationToken)
    {
        int status = SecurityCode.OfProcess(token, out SecurityCode? code);
        if (code is null)
        {
            return (null, Unverifiable(token, status));
        }

        ImagePin? pin = null;
        try
        {
            (pin, Refusal? refusal) = Take(token, code, instant, cancellationToken);
            return (pin, refusal);
        }
        finally
        {
            if (pin is null)
            {
                code.Dispose();
            }
        }
    }

    private (ImagePin? Pin, Refusal? Refusal) Take(AuditToken token, SecurityCode code, long instant, CancellationToken cancellationToken)
    {
        if (token.FindExecutable() is not { } path || ProcessLook.At(token.ProcessId) is not { IsEnding: false } look)
        {
            return (null, Gone(token));
        }

        if (look.IsTraced)
        {
            return (null, Refusal.Unverifiable($"Process {token.ProcessId} is being debugged, so whoever debugs it could speak through it; connect again without a debugger."));
        }

        (ExecutableFile? file, Refusal? refusal) = _reader.Read(path, cancellationToken);
        if (file is null)
        {
            return (null, refusal);
        }

        int status = Examine(code, out CodeFacts facts);
        if (status != CodeStatus.Success)
        {
            return (null, Unverifiable(token, status));
        }

        if (!file.IsFileOf(facts))
        {
            return (null, Refusal.Unverifiable(facts.IsSigned
                ? $"{path} is not the file that process {token.ProcessId} runs: its code directory is another."
                : $"{path} is signed and the code that process {token.ProcessId} runs is not: they are not the same."));
        }

        if (settings.RequireProtection && CodeProtection.FindGaps(facts) is { Count: > 0 } gaps)
        {
            return (null, Refusal.Unverifiable($"{path} is not protected against code of others ({string.Join("; ", gaps)}), and require_hardened_runtime is set."));
        }

        // The same image still, at the same place, and the number was its own all the time.
        return token.FindExecutable() == path && ProcessLook.At(token.ProcessId)?.Start == look.Start && ExecutableReader.IsAt(path, file.Key)
            ? (new ImagePin(token, look.Start, code, facts, file, instant), null)
            : (null, Gone(token));
    }

    /// <summary>Checks the code and reads what its signature says; unsigned code passes, and says nothing.</summary>
    private static int Examine(SecurityCode code, out CodeFacts facts)
    {
        facts = CodeFacts.Unsigned;
        int status = code.Check(requirement: null);
        if (status == CodeStatus.Unsigned)
        {
            return CodeStatus.Success;
        }

        if (status != CodeStatus.Success || (status = code.Describe(out facts)) != CodeStatus.Success)
        {
            return status;
        }

        if (!facts.IsSigned)
        {
            // Valid, and without the hash that the kernel knows it by: that is a contradiction.
            return CodeStatus.SignatureInvalid;
        }

        facts = facts with
        {
            IsApples = SignerText.ToBelieve(facts.TeamId) is { } believed && code.Check(believed) == CodeStatus.Success,
        };
        return CodeStatus.Success;
    }

    private static Refusal Unverifiable(AuditToken token, int status) => Refusal.Unverifiable(
        $"The code of process {token.ProcessId} is not vouched for: {CodeStatus.Describe(status)} (OSStatus {status}).");

    private static Refusal Gone(AuditToken token) => Refusal.Unverifiable(
        $"Process {token.ProcessId} has ended, has executed another program or has been moved while it was being verified.");
}
