using System.Text;
using KeychainAuth.Core;

namespace KeychainAuth.Cli.Launching;

/// <summary>
/// A small script that bears a program's name and starts it through the launcher. It is a convenience and no boundary:
/// whoever replaces it gets a program that is not launched, and so not served.
/// </summary>
/// <param name="Name">The file's name.</param>
/// <param name="Program">What it starts.</param>
internal sealed record Shim(string Name, LaunchableProgram Program)
{
    private const string Mark = "# Made by keychain-auth shim.";
    private const int MaxBytes = 16 * 1024;

    /// <summary>The script.</summary>
    internal string Text(string launcher) =>
        $"#!/bin/sh\n{Mark} It starts the program below through the launcher; to remove it: {ProductInfo.CommandName} shim remove {Name}\n"
        + $"exec {Quote(launcher)}{(Program.IsScript ? " --script" : "")} {Quote(Program.Path)} \"$@\"\n";

    /// <summary>Whether a file is a shim, whatever it starts.</summary>
    internal static bool IsOne(string path) => ReadStart(path) is { } text && IsMarked(text);

    /// <summary>Reads a shim.</summary>
    /// <returns>Null where the file is none.</returns>
    internal static Shim? Read(string path)
    {
        if (ReadStart(path) is not { } text || !IsMarked(text) || text.Split('\n') is not [_, _, { } command, ..] || !command.StartsWith("exec ", StringComparison.Ordinal))
        {
            return null;
        }

        List<string> words = Words(command["exec ".Length..]);
        return words switch
        {
            [_, "--script", var script, _] => new Shim(Path.GetFileName(path), new LaunchableProgram(script, IsScript: true)),
            [_, var program, _] => new Shim(Path.GetFileName(path), new LaunchableProgram(program, IsScript: false)),
            _ => null,
        };
    }

    private static bool IsMarked(string text) => text.StartsWith($"#!/bin/sh\n{Mark}", StringComparison.Ordinal);

    private static string? ReadStart(string path)
    {
        try
        {
            // What is opened is a regular file or a link to one; a FIFO would be waited for.
            if ((File.GetAttributes(path) & FileAttributes.Directory) != 0 || new FileInfo(path) is { Length: 0 or > MaxBytes })
            {
                return null;
            }

            return File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // Undoes Quote, for the one line that Text writes.
    private static List<string> Words(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < command.Length; i++)
        {
            char c = command[i];
            if (c == '\'')
            {
                quoted = !quoted;
            }
            else if (c == '\\' && !quoted && i + 1 < command.Length)
            {
                word.Append(command[++i]);
            }
            else if (c == ' ' && !quoted)
            {
                words.Add(word.ToString());
                word.Clear();
            }
            else
            {
                word.Append(c);
            }
        }

        words.Add(word.ToString());
        return words;
    }
}
