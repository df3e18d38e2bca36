using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Daemon.Requests;

/// <summary>
/// Requests that take the path together: one, or several exact reads that the client had sent before the first was
/// looked at. All of their bytes were there when the identity is looked at, so one look holds for them all.
/// </summary>
internal sealed class ReadBurst : IDisposable
{
    // Bounds the size of an answer, and how long one judgement of the policy stands.
    private const int MaxRequests = 64;
    private const int MaxTargets = 256;

    private readonly List<RequestMessage> _requests = [];
    private Frame? _rest;

    internal IReadOnlyList<RequestMessage> Requests => _requests;

    /// <summary>Puts a request in, and behind an exact read those that follow it without a gap.</summary>
    internal void Collect(RequestMessage first, FrameReader frames)
    {
        Clear();
        _requests.Add(first);
        int targets = first.Targets.Count;
        while (IsExactRead(_requests[^1]) && _requests.Count < MaxRequests && targets < MaxTargets && frames.TryTake(out Frame frame))
        {
            if (TryRead(frame) is not { } next)
            {
                // Something else: it is read again when its turn comes.
                _rest = frame;
                return;
            }

            _requests.Add(next);
            targets += next.Targets.Count;
        }
    }

    /// <summary>A line that was taken and did not belong to the burst; valid until the next read.</summary>
    internal Frame? TakeRest()
    {
        Frame? rest = _rest;
        _rest = null;
        return rest;
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (RequestMessage request in _requests)
        {
            request.Dispose();
        }

        _requests.Clear();
    }

    private static RequestMessage? TryRead(Frame frame)
    {
        if (frame.Kind != FrameKind.Line)
        {
            return null;
        }

        try
        {
            ClientMessage message = MessageReader.Read(frame.Line.Span);
            if (message is RequestMessage request && IsExactRead(request))
            {
                return request;
            }

            message.Dispose();
            return null;
        }
        catch (MalformedMessageException)
        {
            return null;
        }
    }

    private static bool IsExactRead(RequestMessage request) => request is { Action: RequestAction.Read, IsPrefix: false };
}
