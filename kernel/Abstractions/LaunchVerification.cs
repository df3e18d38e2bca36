using System.Diagnostics.CodeAnalysis;

namespace KeychainAuth.Plugin;

/// <summary>The outcome of <see cref="ILaunchVerifier.PrepareLaunchAsync"/>: a launch that can be granted, or a refusal.</summary>
public sealed class LaunchVerification
{
    private LaunchVerification(PreparedLaunch? launch, VerificationRefusal? refusal, string? message)
    {
        Launch = launch;
        Refusal = refusal;
        Message = message;
    }

    /// <summary>Whether the program was verified.</summary>
    [MemberNotNullWhen(true, nameof(Launch))]
    [MemberNotNullWhen(false, nameof(Refusal), nameof(Message))]
    public bool IsVerified => Launch is not null;

    /// <summary>The launch, which the receiver of this result disposes; null after a refusal.</summary>
    public PreparedLaunch? Launch { get; }

    /// <summary>Why the program was refused; null when it was verified.</summary>
    public VerificationRefusal? Refusal { get; }

    /// <summary>One sentence for the person at the terminal, the log and the audit record; null when it was verified.</summary>
    public string? Message { get; }

    /// <summary>The program was verified.</summary>
    /// <param name="launch">What can be granted.</param>
    public static LaunchVerification Verified(PreparedLaunch launch) =>
        new(launch ?? throw new ArgumentNullException(nameof(launch)), null, null);

    /// <summary>The program was refused.</summary>
    /// <param name="refusal">The kind of refusal.</param>
    /// <param name="message">One sentence that says what is wrong and what mends it.</param>
    public static LaunchVerification Refused(VerificationRefusal refusal, string message) =>
        new(null, refusal, message ?? throw new ArgumentNullException(nameof(message)));
}
