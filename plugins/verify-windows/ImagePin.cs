namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>The identity of a process: it runs this file, which has this content for as long as it runs.</summary>
/// <param name="Process">The process when it was verified.</param>
/// <param name="File">The file.</param>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
internal sealed record ImagePin(ProcessFacts Process, FileFacts File, string Sha256);
