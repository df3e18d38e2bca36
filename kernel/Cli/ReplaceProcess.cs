namespace KeychainAuth.Cli;

/// <summary>Replaces this process by another program.</summary>
/// <param name="path">The program.</param>
/// <param name="arguments">Its arguments without its own name.</param>
/// <param name="environment">Its whole environment as NAME=value.</param>
/// <returns>Only when it failed: the reason.</returns>
internal delegate string ReplaceProcess(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment);
