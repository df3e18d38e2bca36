using System.Collections.ObjectModel;

namespace KeychainAuth.Plugin;

/// <summary>
/// A process whose executable is known. It names the process as it was when verified: ask
/// <see cref="IsUnchangedAsync"/> after every use of the identity that matters.
/// </summary>
public abstract class VerifiedPeer : IAsyncDisposable
{
    /// <summary>The absolute path of the running executable, confirmed to be the same file here. No trailing marks.</summary>
    public abstract string ExecutablePath { get; }

    /// <summary>SHA-256 of the running executable's file: 64 lower-case hexadecimal digits.</summary>
    public abstract string Sha256 { get; }

    /// <summary>
    /// Who signed the running code, where the platform verifies that; null elsewhere. In the form in which an entry of
    /// config.json states a <c>signer</c>: what a program's updates will have in common with it, and nobody else has.
    /// </summary>
    public virtual string? SigningIdentity => null;

    /// <summary>
    /// Whether the running code was signed by the one whom an entry of config.json names. Asked for where the entry's hash
    /// is not this executable's: a yes lets an update pass without a person's word, so whatever is not certain is a no.
    /// </summary>
    /// <param name="signer">The entry's <c>signer</c>; never empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public virtual ValueTask<bool> IsSignedByAsync(string signer, CancellationToken cancellationToken) =>
        ValueTask.FromResult(SigningIdentity is { } identity && string.Equals(identity, signer, StringComparison.Ordinal));

    /// <summary>
    /// Further findings for a person who approves, by name. Never decisive by itself. Under <c>command_line</c> the
    /// daemon looks for the process's arguments, separated by NUL; it masks what looks like a secret before storing it.
    /// Under <c>signature</c> and <c>protection</c> it looks for a phrase each on who signed the code and on what keeps
    /// other programs out of it.
    /// Asked for only when a program is queued for approval, so it may be gathered on demand.
    /// </summary>
    public virtual IReadOnlyDictionary<string, string> Evidence => ReadOnlyDictionary<string, string>.Empty;

    /// <summary>
    /// Code in the process beside its executable that the platform does not vouch for, as of the last look. The
    /// instance changes only when the findings do, so a caller may compare references.
    /// </summary>
    public virtual CodeInventory Code => CodeInventory.Empty;

    /// <summary>
    /// Looks again, and refreshes <see cref="Code"/>: is this still the same process running the same image?
    /// Not guaranteed: that nothing else wrote into its memory meanwhile.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the process is gone, runs something else, or cannot be looked at any more.</returns>
    public abstract ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Looks again at nothing but whether the process still runs the same image. Asked right after a look by
    /// <see cref="IsUnchangedAsync"/> that answered true, less than a millisecond before; where a verifier has nothing
    /// cheaper it is that look.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the process is gone, runs something else, or cannot be looked at any more.</returns>
    public virtual ValueTask<bool> IsSameImageAsync(CancellationToken cancellationToken) => IsUnchangedAsync(cancellationToken);

    /// <summary>
    /// Why the last look answered false: one sentence for the audit log. Null before that, and
    /// where the verifier has nothing to add.
    /// </summary>
    public virtual string? ChangeDescription => null;

    /// <summary>Releases what was held to recognise the process.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
