using KeychainAuth.Core.Interpreters;

namespace KeychainAuth.Cli.Programs;

/// <summary>Why interpreters are not registered, and what to do instead.</summary>
internal static class InterpreterAdvice
{
    internal const string Option = "--allow-interpreter";

    internal static CliException Refuse(string path, InterpreterFinding finding) => new(
        $"{path} is an interpreter ({finding.Family}: {finding.Evidence}), and whatever it is told to run would have the same secrets. "
        + $"{Alternative(finding.Family)} To accept the risk, add {Option}.");

    internal static CliException RefuseScript(string path, string interpreter) => new(
        $"{path} is a script: what runs is its interpreter ({(interpreter.Length == 0 ? "the shell" : interpreter)}), and that is all the daemon sees. "
        + $"Build it into an executable of its own, or register the interpreter with {Option}, for all of its scripts.");

    private static string Alternative(string family) => family switch
    {
        "node" => "Build a single executable application from the script and register that.",
        "dotnet" => "Publish the program as Native AOT, or self-contained in a single file, and register that.",
        "java" => "Build a native image of the program and register that.",
        "python" => "Build the script into an executable of its own and register that.",
        "deno" or "bun" => "Compile the script into an executable and register that.",
        "wine" or "qemu" => "Register a program that this system runs by itself.",
        "dynamic loader" => "Register the program that it loads.",
        "debugger" => "Register the program itself, and debug it with secrets made for the purpose.",
        _ => "Give the secrets to a small compiled program of one purpose, and register that.",
    };
}
