namespace KeychainAuth.Cli;

/// <summary>Runs another program to its end.</summary>
/// <param name="path">The program.</param>
/// <param name="arguments">Its arguments without its own name.</param>
/// <param name="environment">Its whole environment as NAME=value.</param>
/// <returns>How it ended, and what it wrote to its standard output; what it complained about went to ours.</returns>
internal delegate (int ExitCode, string Output) RunProcess(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment);
