using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Sealing;

/// <summary>Between secrets and their boxes, for one user. Knows nothing of where boxes are kept.</summary>
internal sealed class ValueSealer(DataKeys keys, SequenceMemory memory)
{
    /// <summary>Seals under the current key.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="secrets">What to seal; stays the caller's.</param>
    /// <param name="sequences">Their numbers, for <see cref="Wrote"/>.</param>
    /// <returns>Boxes that the caller disposes.</returns>
    internal Secret[] Seal(string service, IReadOnlyList<Secret> secrets, out ulong[] sequences)
    {
        sequences = [.. secrets.Select(secret => memory.Next(service, secret.Target))];
        var boxes = new Secret[secrets.Count];
        for (int i = 0; i < boxes.Length; i++)
        {
            boxes[i] = new Secret(secrets[i].Target, Seal(service, secrets[i].Target, sequences[i], secrets[i].Attributes, secrets[i].Value.Span), secrets[i].Attributes);
        }

        return boxes;
    }

    /// <summary>The store has taken them.</summary>
    internal void Wrote(string service, IReadOnlyList<Secret> secrets, ulong[] sequences)
    {
        for (int i = 0; i < sequences.Length; i++)
        {
            memory.Saw(service, secrets[i].Target, sequences[i]);
        }
    }

    /// <summary>The store has deleted them.</summary>
    internal void Deleted(string service, IReadOnlyList<string> targets)
    {
        foreach (string target in targets)
        {
            memory.Deleted(service, target);
        }
    }

    /// <summary>The oldest numbers that values read from now on may have.</summary>
    internal ulong[] OldestAllowed(string service, IReadOnlyList<string> targets) =>
        [.. targets.Select(target => memory.OldestAllowed(service, target))];

    /// <summary>Opens what a store has given.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="boxes">What the store gave; stays the caller's.</param>
    /// <param name="targets">What it was asked for.</param>
    /// <param name="oldest">From <see cref="OldestAllowed"/>, before it was asked.</param>
    /// <returns>Secrets that the caller disposes; null when a box names a key that is not at hand.</returns>
    /// <exception cref="StoreException">A value was not sealed for its place, or is older than one seen before.</exception>
    internal List<Secret>? TryOpen(string service, IReadOnlyList<Secret> boxes, IReadOnlyList<string> targets, ulong[] oldest)
    {
        var allowed = new Dictionary<string, ulong>(StringComparer.Ordinal);
        for (int i = 0; i < targets.Count; i++)
        {
            allowed[targets[i]] = oldest[i];
        }

        var opened = new List<Secret>(boxes.Count);
        bool complete = false;
        try
        {
            foreach (Secret box in boxes)
            {
                if (TryOpen(service, box) is not { } value)
                {
                    return null;
                }

                opened.Add(new Secret(box.Target, value.Value, value.Attributes));
                if (value.Sequence < allowed.GetValueOrDefault(box.Target))
                {
                    throw new StoreException(StoreError.Corrupt, $"'{box.Target}' of service '{service}' is older than what the daemon has seen there, so somebody put it back. If an administrator restored a backup, restart the daemon.");
                }

                memory.Saw(service, box.Target, value.Sequence);
            }

            complete = true;
            return opened;
        }
        finally
        {
            if (!complete)
            {
                opened.ForEach(secret => secret.Dispose());
            }
        }
    }

    /// <summary>Opens one box.</summary>
    /// <returns>Null when it names a key that is not at hand.</returns>
    /// <exception cref="StoreException">It was not sealed for its place.</exception>
    internal SealedValue? TryOpen(string service, Secret box)
    {
        if (SealedBox.KeyOf(box.Value.Span) is null)
        {
            throw Corrupt(service, box.Target, "is not sealed");
        }

        using SecretBuffer? plaintext = keys.TryOpen(Place.OfValue(keys.UserId, service, box.Target), box.Value.Span, out bool isKnown);
        if (!isKnown)
        {
            return null;
        }

        SealedValue value;
        try
        {
            value = plaintext is null ? throw Corrupt(service, box.Target, "was changed, or sealed for another place") : SealedValue.Decode(plaintext.Span);
        }
        catch (FormatException e)
        {
            throw new StoreException(StoreError.Corrupt, $"'{box.Target}' of service '{service}' is sealed in a form that is not known ({e.Message}): use the program that wrote it.", innerException: e);
        }

        // A store may leave attributes out of a read, or add some of its own; one of ours with another text is a forgery.
        if (box.Attributes.Any(shown => value.Attributes.TryGetValue(shown.Key, out string? written) && written != shown.Value))
        {
            value.Dispose();
            throw Corrupt(service, box.Target, "has other attributes than were written");
        }

        return value;
    }

    /// <summary>Seals again, under the current key, what was opened; it stays as old as it was.</summary>
    internal SecretBuffer SealAnew(string service, string target, SealedValue value) =>
        Seal(service, target, value.Sequence, value.Attributes, value.Value.Span);

    private SecretBuffer Seal(string service, string target, ulong sequence, IReadOnlyDictionary<string, string> attributes, ReadOnlySpan<byte> value)
    {
        using SecretBuffer encoded = SealedValue.Encode(sequence, attributes, value);
        return keys.Seal(Place.OfValue(keys.UserId, service, target), encoded.Span);
    }

    private static StoreException Corrupt(string service, string target, string what) => new(
        StoreError.Corrupt,
        $"'{target}' of service '{service}' {what}, so it is not handed out. Restore it from a backup, or write it anew.");
}
