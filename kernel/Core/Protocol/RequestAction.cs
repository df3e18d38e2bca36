namespace KeychainAuth.Core.Protocol;

/// <summary>What a client asks for.</summary>
internal enum RequestAction
{
    Read,
    Write,
    Delete,
    Search,
    Check,
}
