namespace KeychainAuth.Core.Protocol;

/// <summary>The daemon's answer to a request, or its unprompted refusal of the connection.</summary>
internal sealed class ResponseMessage : ServerMessage
{
    /// <summary>As in <see cref="ResponseStatus"/>; whatever else a daemon says is no success.</summary>
    internal required string Status { get; init; }

    internal required string? Reason { get; init; }

    /// <summary>The daemon's sentence for a person; null when it gave none.</summary>
    internal required string? Message { get; init; }

    /// <summary>Owned by this message.</summary>
    internal required IReadOnlyList<ResponseItem> Results { get; init; }

    internal bool IsSuccess => Status == ResponseStatus.Success;

    public override void Dispose()
    {
        foreach (ResponseItem item in Results)
        {
            item.Value?.Dispose();
        }

        base.Dispose();
    }
}
