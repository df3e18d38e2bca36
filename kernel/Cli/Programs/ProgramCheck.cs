using KeychainAuth.Core.Executables;

namespace KeychainAuth.Cli.Programs;

/// <summary>Looks at a program and refuses what the daemon could not tell from other programs.</summary>
internal static class ProgramCheck
{
    /// <exception cref="CliException">It should not be registered; the message says why and what to do instead.</exception>
    /// <exception cref="ExecutableException">It is no file that can be read.</exception>
    internal static ExecutableReport Inspect(CliContext context, string path, bool allowInterpreter)
    {
        if (path.Length == 0)
        {
            throw CliException.Usage("The path must not be empty.");
        }

        ExecutableReport report = context.Inspector.Inspect(path);
        string file = report.Identity.Path;
        if (report.ScriptInterpreter is { } interpreter)
        {
            throw InterpreterAdvice.RefuseScript(file, interpreter);
        }

        if (report.Interpreter is { } finding && !allowInterpreter)
        {
            throw InterpreterAdvice.Refuse(file, finding);
        }

        if (!report.IsExecutable)
        {
            throw new CliException($"{file} is not executable: run 'chmod +x' on it if it is the right file.");
        }

        return report.IsNative
            ? report
            : throw new CliException($"{file} is not {NativeKind}: another program would run it, and that is all the daemon would see.");
    }

    private static string NativeKind =>
        OperatingSystem.IsWindows() ? "a Windows program (PE)" : OperatingSystem.IsMacOS() ? "a Mach-O program" : "an ELF program";

    /// <summary>What a person should know about a program that is being registered.</summary>
    internal static IEnumerable<string> Notes(ExecutableReport report, string typed)
    {
        string full = Path.GetFullPath(typed);
        if (full != report.Identity.Path)
        {
            yield return $"{full} leads to {report.Identity.Path}, which is what is registered";
        }

        if (report.Marks.HasFlag(ContentMarks.DotNetAppHost))
        {
            yield return "this is the host of a .NET program whose code is in the .dll files beside it: they will be listed at its first "
                + "connection, for 'approve'; publish it as Native AOT or self-contained in a single file to have one file to approve";
        }

        if (report.Marks.HasFlag(ContentMarks.DotNetBundle))
        {
            yield return "a .NET program in a single file: recorded jit, because its runtime makes executable memory";
        }

        if (report.Marks.HasFlag(ContentMarks.NodeApplication))
        {
            yield return "a node application in a single file: recorded jit, because its runtime makes executable memory";
        }

        foreach (KeychainAuth.Plugin.CodeFile library in report.Libraries)
        {
            yield return $"recorded its library {library.Path} (owner {library.OwnerUserId}, sha256:{library.Sha256})";
        }

        if (report.LibraryFault is { } fault)
        {
            yield return $"{fault}: what it loads will be listed at its first connection";
        }

        if (report.Exposure is { } exposure)
        {
            yield return exposure.TrimEnd('.');
        }
    }
}
