namespace KeychainAuth.Plugins.StoreFile;

/// <summary>The words of keyring.json: <c>{ "service:target": { "private": base64, "public": "", "attributes": {...} } }</c>.</summary>
internal static class KeyringFormat
{
    /// <summary>Files beyond this are not read: the whole file is held in memory.</summary>
    internal const int MaxFileBytes = 256 * 1024 * 1024;

    /// <summary>Deeper nesting than any tool writes; a bound for the parser.</summary>
    internal const int MaxDepth = 64;

    internal const char Separator = ':';

    internal static ReadOnlySpan<byte> Private => "private"u8;

    internal static ReadOnlySpan<byte> Public => "public"u8;

    internal static ReadOnlySpan<byte> Attributes => "attributes"u8;

    /// <summary>What <c>public</c> is unless another tool put something there.</summary>
    internal static ReadOnlySpan<byte> EmptyPublic => "\"\""u8;

    internal static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];
}
