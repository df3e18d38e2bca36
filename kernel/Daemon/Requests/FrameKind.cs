namespace KeychainAuth.Daemon.Requests;

/// <summary>What reading a line came to.</summary>
internal enum FrameKind
{
    /// <summary>A whole line.</summary>
    Line,

    /// <summary>The peer has closed its side and nothing is left.</summary>
    End,

    /// <summary>The line is longer than allowed.</summary>
    TooLarge,

    /// <summary>The line was begun and not ended in time.</summary>
    TimedOut,

    /// <summary>Bytes came from another process than the one that connected.</summary>
    ForeignSender,
}
