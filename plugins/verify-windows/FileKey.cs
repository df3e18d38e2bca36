namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>
/// Which file it is, and traces of a change. Programs can set times back here, so an equal key proves that it is the same
/// file but not that it has the same content; a file that runs cannot be written, and that does.
/// </summary>
internal readonly record struct FileKey(ulong Volume, ulong Id, ulong IdHigh, long Length, long WrittenAt);
