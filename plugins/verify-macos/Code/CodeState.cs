namespace KeychainAuth.Plugins.VerifyMacOS.Code;

/// <summary>How running code is doing: SecCodeStatus, CSCommon.h.</summary>
[Flags]
internal enum CodeState : uint
{
    /// <summary>Not known to be valid.</summary>
    None = 0,

    /// <summary>No invalid page was used so far.</summary>
    Valid = 0x1,

    /// <summary>Part of the operating system.</summary>
    Platform = 0x04000000,

    /// <summary>It is, or was, debugged, which allows invalid pages.</summary>
    Debugged = 0x10000000,
}
