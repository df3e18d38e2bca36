namespace KeychainAuth.Tests.Support;

/// <summary>A small C program compiled for one test, so that each test has an executable with a path of its own.</summary>
public static class NativeProgram
{
    /// <param name="name">A source under tests/Programs, without its ending.</param>
    /// <param name="output">Where the executable goes.</param>
    /// <param name="options">Further options of the compiler.</param>
    public static async Task<string> CompileAsync(string name, string output, params string[] options)
    {
        string source = Path.Combine(RepositoryPaths.Programs, name + ".c");
        CommandResult result = await Command.RunAsync("gcc", ["-O1", "-Wall", "-Wextra", "-Werror", "-o", output, source, .. options]);
        return result.ExitCode == 0 ? output : throw new InvalidOperationException($"{source} does not compile: {result}");
    }
}
