using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Interpreters;
using KeychainAuth.Plugin;

namespace KeychainAuth.Core.Executables;

/// <summary>What can be found out about a program before it has ever run.</summary>
internal sealed record ExecutableReport
{
    /// <summary>Hash and path as the daemon will see them.</summary>
    internal required BinaryIdentity Identity { get; init; }

    internal required bool IsExecutable { get; init; }

    /// <summary>A program in the system's own format: ELF, on Windows PE. Always true elsewhere.</summary>
    internal required bool IsNative { get; init; }

    /// <summary>The first line of a script without its <c>#!</c>; null when it is none.</summary>
    internal required string? ScriptInterpreter { get; init; }

    internal required ContentMarks Marks { get; init; }

    /// <summary>Set when the program runs other people's instructions.</summary>
    internal required InterpreterFinding? Interpreter { get; init; }

    /// <summary>Libraries that are not the system's own.</summary>
    internal required IReadOnlyList<CodeFile> Libraries { get; init; }

    /// <summary>Why the libraries could not be determined; null when they could.</summary>
    internal required string? LibraryFault { get; init; }

    /// <summary>How an ordinary user could change the file; null when one cannot.</summary>
    internal required string? Exposure { get; init; }

    /// <summary>Whether the runtime inside makes executable memory that belongs to no file.</summary>
    internal bool NeedsJit => Marks != ContentMarks.None;
}
