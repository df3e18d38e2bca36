using KeychainAuth.Core.Executables;
using KeychainAuth.Core.Files;

namespace KeychainAuth.Core.Interpreters;

/// <summary>
/// Recognises programs whose one hash stands for every script they are told to run. Not guaranteed: a copy under
/// another name is recognised for node only. It is there to keep a person from a mistake, not to stop somebody who
/// wants to register an interpreter.
/// </summary>
internal static class InterpreterDetector
{
    private const string ShellList = "/etc/shells";

    // In this file for the sake of people who attach to sessions, but no shells.
    private static readonly string[] NoShells = ["tmux", "screen"];

    /// <param name="names">The file's name and those of the links that led to it.</param>
    /// <param name="marks">What its content gives away.</param>
    /// <param name="path">The file itself.</param>
    /// <returns>Null when nothing speaks for an interpreter.</returns>
    internal static InterpreterFinding? Detect(IEnumerable<string> names, ContentMarks marks, string path) =>
        DetectByName(names)
        ?? DetectByContent(marks)
        ?? DetectAmongShells(path, File.Exists(ShellList) ? File.ReadLines(ShellList) : []);

    internal static InterpreterFinding? DetectByName(IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            if (InterpreterFamily.Of(name) is { } family)
            {
                return new InterpreterFinding(family, $"it goes by the name '{name}'");
            }
        }

        return null;
    }

    internal static InterpreterFinding? DetectByContent(ContentMarks marks) => marks.HasFlag(ContentMarks.Node)
        ? new InterpreterFinding("node", "it carries node's mark and no application of its own")
        : null;

    /// <summary>Compares files rather than names: a hard link to a shell is that shell.</summary>
    internal static InterpreterFinding? DetectAmongShells(string path, IEnumerable<string> shellLines)
    {
        FileIdentity? file = FileIdentity.Of(path);
        foreach (string line in shellLines)
        {
            string shell = line.Trim();
            if (Path.IsPathFullyQualified(shell)
                && !NoShells.Contains(Path.GetFileName(shell))
                && (shell == path || (file is { Inode: > 0 } && FileIdentity.Of(shell) == file)))
            {
                return new InterpreterFinding("shell", $"it is the login shell {shell}");
            }
        }

        return null;
    }
}
