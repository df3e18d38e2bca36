using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Fuzz.Targets;

/// <summary>The decoder of requests. What it understands, our own client would write so that it is understood alike.</summary>
internal sealed class RequestTarget : IFuzzTarget
{
    public string Name => "request";

    public void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            using ClientMessage message = MessageReader.Read(input);
            if (message is RequestMessage request)
            {
                Check(request);
            }
        }
        catch (MalformedMessageException)
        {
            // Refused, as it should be.
        }
    }

    private static void Check(RequestMessage request)
    {
        using var line = new PinnedBufferWriter();
        RequestWriter.WriteRequest(
            line, request.Action, request.Service, request.IsPrefix, request.Targets, request.Attributes, request.Action == RequestAction.Write ? request.Values : null);
        ClientMessage again;
        try
        {
            again = MessageReader.Read(line.Written.Span[..^1]);
        }
        catch (MalformedMessageException e)
        {
            throw new FuzzException($"Written by our client, it is refused: {e.Message}");
        }

        using (again)
        {
            if (again is not RequestMessage same
                || same.Action != request.Action
                || same.Service != request.Service
                || same.IsPrefix != request.IsPrefix
                || !same.Targets.SequenceEqual(request.Targets)
                || same.Values.Count != request.Values.Count
                || !same.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).SequenceEqual(request.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal)))
            {
                throw new FuzzException("Written by our client, it is another request.");
            }

            for (int index = 0; index < same.Values.Count; index++)
            {
                if (!same.Values[index].Span.SequenceEqual(request.Values[index].Span))
                {
                    throw new FuzzException("Written by our client, it has another value.");
                }
            }
        }
    }
}
