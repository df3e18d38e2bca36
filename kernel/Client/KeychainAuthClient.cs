using System.Collections.ObjectModel;
using KeychainAuth.Core.Paths;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Plugin;

namespace KeychainAuth.Client;

/// <summary>
/// A connection to the daemon, of a program that the daemon knows by its executable. Thread-safe: requests are sent one
/// after the other. The daemon's socket and its user are checked before anything is sent. Values stay in memory that is
/// zeroed when it is disposed, and never become strings here.
/// </summary>
/// <remarks>
/// A request that is cancelled or times out ends the connection, because its answer could otherwise be taken for that of
/// the next one: connect again.
/// </remarks>
public sealed class KeychainAuthClient : IAsyncDisposable
{
    private const int MaxReconnects = 3;

    private static readonly ReadOnlyDictionary<string, string> NoAttributes = ReadOnlyDictionary<string, string>.Empty;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly PinnedBufferWriter _line = new();
    private readonly TimeSpan _timeout;
    private ServerConnection? _connection;
    private bool _disposed;

    private KeychainAuthClient(ServerConnection connection, string serverVersion, TimeSpan timeout)
    {
        _connection = connection;
        _timeout = timeout;
        ServerVersion = serverVersion;
    }

    /// <summary>The daemon's version, for example <c>4.0.0</c>.</summary>
    public string ServerVersion { get; }

    /// <summary>Connects, checks the daemon, and agrees with it on an attributable connection.</summary>
    /// <param name="options">How to reach it; null means the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A client, which the caller disposes.</returns>
    /// <exception cref="KeychainAuthException">No daemon is there, it cannot be trusted, or it refuses this program.</exception>
    public static async Task<KeychainAuthClient> ConnectAsync(KeychainAuthClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new KeychainAuthClientOptions();
        string path = SystemMode.IsChosen(options.SocketPath)
            ? SystemPaths.Socket
            : UserPaths.FullAddress(options.SocketPath ?? UserPaths.FromEnvironment().ResolveSocket(null));
        using var deadline = new Deadline(options.Timeout, cancellationToken);
        try
        {
            for (int reconnects = 0; reconnects <= MaxReconnects; reconnects++)
            {
                ServerConnection connection = await ServerConnection.OpenAsync(path, options.ServerPath, deadline.Token);
                if (await GreetAsync(connection, deadline.Token) is { } version)
                {
                    return new KeychainAuthClient(connection, version, options.Timeout);
                }
            }
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw TimedOut(options.Timeout);
        }

        throw new KeychainAuthException(
            KeychainAuthError.ReconnectRequired,
            $"The daemon asked for another connection {MaxReconnects + 1} times in a row, and never took one.");
    }

    /// <summary>Reads values.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="targets">What to read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// In the order of <paramref name="targets"/>; what is absent is left out. The caller disposes each.
    /// </returns>
    /// <exception cref="KeychainAuthException">The daemon did not serve it.</exception>
    public Task<IReadOnlyList<Secret>> ReadAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken = default) =>
        ReadAsync(service, targets, isPrefix: false, NoAttributes, cancellationToken);

    /// <summary>Reads all values whose targets begin with one of the prefixes.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="prefixes">One at least.</param>
    /// <param name="attributes">Only what carries all of these; null means no condition.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Sorted ordinally by target. The caller disposes each.</returns>
    /// <exception cref="KeychainAuthException">The daemon did not serve it.</exception>
    public Task<IReadOnlyList<Secret>> ReadPrefixAsync(
        string service, IReadOnlyList<string> prefixes, IReadOnlyDictionary<string, string>? attributes = null, CancellationToken cancellationToken = default) =>
        ReadAsync(service, prefixes, isPrefix: true, attributes ?? NoAttributes, cancellationToken);

    /// <summary>Writes values, replacing what is there; all or none where the daemon's store can.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="secrets">
    /// What to write: valid UTF-8, and all with the same attributes, because one request has one set of them. Still
    /// owned by the caller.
    /// </param>
    /// <param name="cancellationToken">Gives up; whether anything was written is then unknown.</param>
    /// <exception cref="ArgumentException">A value is not valid UTF-8, or attributes differ.</exception>
    /// <exception cref="KeychainAuthException">The daemon did not serve it.</exception>
    public async Task WriteAsync(string service, IReadOnlyList<Secret> secrets, CancellationToken cancellationToken = default)
    {
        RequestCheck.Secrets(secrets);
        string[] targets = [.. secrets.Select(s => s.Target)];
        RequestCheck.Names(service, targets);
        using ResponseMessage response = await RequestAsync(
            RequestAction.Write, service, isPrefix: false, targets, secrets[0].Attributes, secrets.Select(s => s.Value), cancellationToken);
    }

    /// <summary>Deletes; what is absent is no error.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="targets">What to delete.</param>
    /// <param name="cancellationToken">Gives up; whether anything was deleted is then unknown.</param>
    /// <exception cref="KeychainAuthException">The daemon did not serve it.</exception>
    public Task DeleteAsync(string service, IReadOnlyList<string> targets, CancellationToken cancellationToken = default) =>
        DeleteAsync(service, targets, isPrefix: false, cancellationToken);

    /// <summary>Deletes everything whose target begins with one of the prefixes.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="prefixes">One at least.</param>
    /// <param name="cancellationToken">Gives up; whether anything was deleted is then unknown.</param>
    /// <exception cref="KeychainAuthException">The daemon did not serve it.</exception>
    public Task DeletePrefixAsync(string service, IReadOnlyList<string> prefixes, CancellationToken cancellationToken = default) =>
        DeleteAsync(service, prefixes, isPrefix: true, cancellationToken);

    /// <summary>Lists what is stored, without values.</summary>
    /// <param name="service">The namespace.</param>
    /// <param name="prefixes">Targets must begin with one of these; null or empty means all.</param>
    /// <param name="attributes">Only what carries all of these; null means no condition.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Sorted ordinally by target.</returns>
    /// <exception cref="KeychainAuthException">The daemon did not serve it.</exception>
    public async Task<IReadOnlyList<SecretDescriptor>> SearchAsync(
        string service,
        IReadOnlyList<string>? prefixes = null,
        IReadOnlyDictionary<string, string>? attributes = null,
        CancellationToken cancellationToken = default)
    {
        RequestCheck.Names(service, prefixes ?? [], mayBeEmpty: true);
        using ResponseMessage response = await RequestAsync(
            RequestAction.Search, service, isPrefix: false, prefixes ?? [], attributes ?? NoAttributes, values: null, cancellationToken);
        return [.. response.Results.Select(item => new SecretDescriptor(item.Target, item.Attributes))];
    }

    /// <summary>Asks what the calling program may do.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One item per service that it may use at all.</returns>
    /// <exception cref="KeychainAuthException">The daemon did not serve it.</exception>
    public async Task<IReadOnlyList<ServiceAccess>> CheckAsync(CancellationToken cancellationToken = default)
    {
        using ResponseMessage response = await RequestAsync(
            RequestAction.Check, service: "", isPrefix: false, [], NoAttributes, values: null, cancellationToken);
        return [.. response.Results.Select(item =>
            new ServiceAccess(item.Target, IsTrue(item, "read"), IsTrue(item, "write"), IsTrue(item, "search")))];
    }

    /// <summary>Closes the connection. A request under way fails.</summary>
    public ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            Interlocked.Exchange(ref _connection, null)?.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsTrue(ResponseItem item, string attribute) => item.Attributes.GetValueOrDefault(attribute) == "true";

    private async Task<IReadOnlyList<Secret>> ReadAsync(
        string service, IReadOnlyList<string> targets, bool isPrefix, IReadOnlyDictionary<string, string> attributes, CancellationToken cancellationToken)
    {
        RequestCheck.Names(service, targets);
        ResponseMessage response = await RequestAsync(
            RequestAction.Read, service, isPrefix, targets, attributes, values: null, cancellationToken);
        if (response.Results.Any(item => item.Value is null))
        {
            response.Dispose();
            throw new KeychainAuthException(KeychainAuthError.ProtocolViolation, "The daemon answered a read without a value.");
        }

        // The values belong to the caller now.
        return [.. response.Results.Select(item => new Secret(item.Target, item.Value!, item.Attributes))];
    }

    private async Task DeleteAsync(string service, IReadOnlyList<string> targets, bool isPrefix, CancellationToken cancellationToken)
    {
        RequestCheck.Names(service, targets);
        using ResponseMessage response = await RequestAsync(
            RequestAction.Delete, service, isPrefix, targets, NoAttributes, values: null, cancellationToken);
    }

    private async Task<ResponseMessage> RequestAsync(
        RequestAction action,
        string service,
        bool isPrefix,
        IReadOnlyList<string> targets,
        IReadOnlyDictionary<string, string> attributes,
        IEnumerable<SecretBuffer>? values,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var deadline = new Deadline(_timeout, cancellationToken);
        try
        {
            await _turn.WaitAsync(deadline.Token);
            try
            {
                RequestWriter.WriteRequest(_line, action, service, isPrefix, targets, attributes, values);
                return await ExchangeAsync(deadline.Token);
            }
            finally
            {
                _line.Clear();
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            throw TimedOut(_timeout);
        }
    }

    private async Task<ResponseMessage> ExchangeAsync(CancellationToken cancellationToken)
    {
        ServerConnection connection = Volatile.Read(ref _connection)
            ?? throw new KeychainAuthException(KeychainAuthError.ConnectionClosed, "The connection has ended: connect again.");
        ResponseMessage? response = null;
        try
        {
            await connection.TrySendAsync(_line.Written, cancellationToken);
            response = await ReceiveResponseAsync(connection, cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new KeychainAuthException(
                KeychainAuthError.ConnectionClosed,
                _disposed ? "The client was disposed while the request was under way." : $"The connection broke: {e.Message}",
                innerException: e);
        }
        finally
        {
            if (response is null)
            {
                // Whatever comes now would be taken for the answer to the next request.
                Interlocked.CompareExchange(ref _connection, null, connection);
                connection.Dispose();
            }
        }

        if (response.IsSuccess)
        {
            return response;
        }

        using (response)
        {
            throw Refusals.From(response);
        }
    }

    private static async Task<ResponseMessage> ReceiveResponseAsync(ServerConnection connection, CancellationToken cancellationToken) =>
        await connection.ReceiveAsync(cancellationToken) switch
        {
            ResponseMessage response => response,
            null => throw new KeychainAuthException(KeychainAuthError.ConnectionClosed, "The daemon closed the connection without an answer: connect again."),
            _ => throw new KeychainAuthException(KeychainAuthError.ProtocolViolation, "The daemon answered a request with something that is no response."),
        };

    /// <returns>The daemon's version, or null when it asked for another connection; then this one is closed.</returns>
    private static async Task<string?> GreetAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        bool isKept = false;
        try
        {
            using var line = new PinnedBufferWriter();
            RequestWriter.WriteHello(line);

            // A program that is not registered is told so unprompted; the daemon may have closed before we could write.
            await connection.TrySendAsync(line.Written, cancellationToken);
            using ServerMessage message = await connection.ReceiveAsync(cancellationToken)
                ?? throw new KeychainAuthException(KeychainAuthError.IdentityUnverified, "The daemon closed the connection without a word: it could not, or would not, tell who this program is.");
            switch (message)
            {
                case WelcomeMessage { Protocol: ProtocolNames.AttributableVersion } welcome:
                    isKept = true;
                    return welcome.ServerVersion;
                case ReconnectMessage:
                    return null;
                case ResponseMessage { IsSuccess: false } refusal:
                    throw Refusals.From(refusal);
                default:
                    throw new KeychainAuthException(KeychainAuthError.ProtocolViolation, "The daemon did not answer the greeting as protocol version 2 demands.");
            }
        }
        finally
        {
            if (!isKept)
            {
                connection.Dispose();
            }
        }
    }

    private static KeychainAuthException TimedOut(TimeSpan timeout) =>
        new(KeychainAuthError.Timeout, $"The daemon did not answer within {timeout.TotalSeconds:0.###} seconds.");
}
