using System.Security.Cryptography;
using System.Text.Json;
using KeychainAuth.Daemon.Plugins;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Diagnosis;

/// <summary>
/// Tries the plugins on the machine they run on, through their contract alone, so that it means the same on every system:
/// who does the transport say has connected, what does the verifier make of it, does the store keep and forget a secret.
/// The first line names the address at which a caller (<c>keychain-auth doctor --self-test</c>) has to connect twice;
/// each line after it is one finding. Serves nobody, reads and changes no policy, and leaves nothing in the store.
/// </summary>
internal sealed class SelfTest(TextWriter output, TimeProvider time)
{
    private const int ValueBytes = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private bool _isGood = true;

    /// <summary>Who has connected, and what runs there.</summary>
    /// <returns>Whether all is well.</returns>
    internal async Task<bool> TryPeerAsync(ITransport transport, IPeerVerifier verifier, uint? user)
    {
        using var address = new SelfTestAddress();
        await TryAsync("transport", async stopping =>
        {
            await using ITransportListener listener = await transport.BindAsync(address.Text, stopping);
            await output.WriteLineAsync(listener.Address);
            await output.FlushAsync(stopping);
            await TryConnectionAsync(listener, verifier, user, isFirst: true, stopping);
            await TryConnectionAsync(listener, verifier, user, isFirst: false, stopping);
        });
        return _isGood;
    }

    /// <summary>Whether a secret that is written is read, and one that is deleted is gone, under a service of its own.</summary>
    /// <param name="open">Opens the store, which is disposed afterwards.</param>
    /// <returns>Whether all is well.</returns>
    internal async Task<bool> TryStoreAsync(string id, Func<CancellationToken, Task<ISecretStore>> open)
    {
        await TryAsync("store", async stopping =>
        {
            await using ISecretStore store = await open(stopping);
            string service = $"keychain-auth-self-test-{Guid.NewGuid():N}";
            using var value = new SecretBuffer(ValueBytes);
            RandomNumberGenerator.Fill(value.Span);
            try
            {
                using var secret = new Secret("round-trip", new SecretBuffer(value.Span), new Dictionary<string, string> { ["made-by"] = "keychain-auth doctor" });
                await store.WriteAsync(service, [secret], stopping);
                Report("store write", true, $"{id} took {ValueBytes} bytes under {service}");
                Report("store read", await ReadsAsync(store, service, value, stopping), $"{id} gave back what was written, and its attribute");
            }
            finally
            {
                // Whatever happened: nothing of this stays.
                int deleted = await store.DeleteAsync(service, ["round-trip"], CancellationToken.None);
                Report("store delete", deleted == 1, $"{id} deleted {deleted} of 1");
            }

            IReadOnlyList<Secret> left = await store.ReadAsync(service, ["round-trip"], stopping);
            Report("store empty", left.Count == 0, $"{id} has {left.Count} left of it");
            foreach (Secret secret in left)
            {
                secret.Dispose();
            }
        });
        return _isGood;
    }

    private static async Task<bool> ReadsAsync(ISecretStore store, string service, SecretBuffer expected, CancellationToken stopping)
    {
        IReadOnlyList<Secret> read = await store.ReadAsync(service, ["round-trip"], stopping);
        try
        {
            return read.Count == 1
                && CryptographicOperations.FixedTimeEquals(read[0].Value.Span, expected.Span)
                && read[0].Attributes.GetValueOrDefault("made-by") == "keychain-auth doctor";
        }
        finally
        {
            foreach (Secret secret in read)
            {
                secret.Dispose();
            }
        }
    }

    private async Task TryConnectionAsync(ITransportListener listener, IPeerVerifier verifier, uint? user, bool isFirst, CancellationToken stopping)
    {
        if (await listener.AcceptAsync(stopping) is not { } connection)
        {
            Report("peer", false, "the transport has stopped listening");
            return;
        }

        await using (connection)
        {
            PeerCredentials peer = connection.Peer;
            VerificationResult result = await verifier.VerifyAsync(peer, stopping);
            if (!result.IsVerified)
            {
                Report("caller", false, result.Message);
                return;
            }

            await using VerifiedPeer verified = result.Peer;
            if (isFirst)
            {
                Report("peer", peer.UserId == user && peer.ProcessId > 0, Describe(peer));
                ReportCaller(verified);
                return;
            }

            ReceiveResult received = await connection.ReceiveAsync(new byte[1], stopping);
            Report("sender", received.Sender is null || received.Sender.Value.ProcessId == peer.ProcessId, received.Sender is { } sender
                ? $"the kernel says that process {sender.ProcessId} of user {sender.UserId} wrote what was read"
                : "this system does not tell who wrote what is read");
            Report("unchanged", await verified.IsUnchangedAsync(stopping), verified.ChangeDescription ?? "the caller still is what was verified");
            Report("attributable", result.Attributable || peer.ConnectedAfter is null, result.Attributable
                ? "a second connection can be told to be the verified image's"
                : "a second connection cannot be told to be the verified image's");
        }
    }

    private void ReportCaller(VerifiedPeer caller)
    {
        Report("caller", true, $"{caller.ExecutablePath}, sha256:{caller.Sha256}");
        IReadOnlyDictionary<string, string> evidence = caller.Evidence;
        Note("caller signer", caller.SigningIdentity ?? "none for whom this system vouches");
        foreach ((string name, string finding) in evidence.Where(e => e.Key != "command_line").OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            Note($"caller {name.Replace('_', ' ')}", finding);
        }
    }

    private static string Describe(PeerCredentials peer)
    {
        string token = peer.AuditToken.IsEmpty ? "" : $", audit token {Convert.ToHexStringLower(peer.AuditToken.Span)}";
        string handle = peer.ProcessHandle is null ? "" : ", held by a handle of the process";
        return $"process {peer.ProcessId}, user {peer.UserId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? peer.Sid}{handle}{token}";
    }

    private async Task TryAsync(string name, Func<CancellationToken, Task> test)
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        try
        {
            await test(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            Report(name, false, $"nothing more happened for {Patience.TotalSeconds:0} seconds");
        }
        catch (Exception e) when (e is TransportException or StoreException or PluginException or IOException or UnauthorizedAccessException)
        {
            Report(name, false, e.Message);
        }
    }

    private void Note(string name, string message) => Write(new SelfTestFinding(name, SelfTestFinding.Note, message));

    private void Report(string name, bool isGood, string message)
    {
        _isGood &= isGood;
        Write(new SelfTestFinding(name, isGood ? SelfTestFinding.Good : SelfTestFinding.Bad, message));
    }

    private void Write(SelfTestFinding finding) =>
        output.WriteLine(JsonSerializer.Serialize(finding, SelfTestJsonContext.Default.SelfTestFinding));
}
