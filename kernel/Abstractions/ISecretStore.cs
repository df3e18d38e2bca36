namespace KeychainAuth.Plugin;

/// <summary>
/// A place that keeps secrets under a service and a target, compared ordinally and without normalisation. The two are
/// kept apart: <c>("a", "b:c")</c> and <c>("a:b", "c")</c> must never meet. The daemon has validated both before it
/// calls: service 1 to 128 bytes of UTF-8 without control characters and without <c>:</c>; target 1 to 512 bytes of
/// UTF-8 without control characters. Calls may come concurrently. Every failure is a <see cref="StoreException"/>.
/// The daemon's deadline holds for the task that a call returns: a call that can block for longer than a local file does
/// (a prompt, a bus) must block a thread of its own, since nothing can interrupt it before it has returned its task.
/// </summary>
public interface ISecretStore : IAsyncDisposable
{
    /// <summary>Whether the store can work now. Never prompts, never writes, and answers within seconds.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<StoreHealth> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Reads values. Targets that are absent are absent from the result; the order is free.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="targets">What to read; distinct.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Secrets that the caller disposes.</returns>
    /// <exception cref="StoreException">The store could not answer. A locked store never answers "absent".</exception>
    ValueTask<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken);

    /// <summary>
    /// Writes values, replacing what is there, attributes included. All or nothing where the backend can; where it
    /// cannot, <see cref="StoreException.Completed"/> says how many were written. When it returns, the values survive
    /// the daemon's death.
    /// </summary>
    /// <param name="service">The namespace.</param>
    /// <param name="secrets">What to write; targets are distinct. Still owned by the caller.</param>
    /// <param name="cancellationToken">Gives up; whether anything was written is then unknown.</param>
    /// <exception cref="StoreException">Nothing, or only the stated part, was written.</exception>
    ValueTask WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken);

    /// <summary>Deletes. Targets that are absent are no error. All or nothing where the backend can.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="targets">What to delete; distinct.</param>
    /// <param name="cancellationToken">Gives up; whether anything was deleted is then unknown.</param>
    /// <returns>How many existed and are gone.</returns>
    /// <exception cref="StoreException">Nothing, or only the stated part, was deleted.</exception>
    ValueTask<int> DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken);

    /// <summary>Lists what is there, without values. Never unlocks and never prompts for a value.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="prefixes">Targets must start with one of these, ordinally; none means all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Each matching target once, in any order.</returns>
    /// <exception cref="StoreException">The store could not answer.</exception>
    ValueTask<IReadOnlyList<SecretDescriptor>> SearchAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken);
}
