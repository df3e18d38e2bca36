using KeychainAuth.Core.Protocol;

namespace KeychainAuth.Fuzz.Targets;

/// <summary>The client's decoder of what a daemon says.</summary>
internal sealed class ResponseTarget : IFuzzTarget
{
    public string Name => "response";

    public void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            using ServerMessage message = ResponseReader.Read(input);
        }
        catch (MalformedMessageException)
        {
            // Refused, as it should be.
        }
    }
}
