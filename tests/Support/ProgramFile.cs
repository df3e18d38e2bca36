using System.Diagnostics;
using System.Text;

namespace KeychainAuth.Tests.Support;

/// <summary>
/// Makes and changes programs and scripts, by another process. A descriptor of ours that is open for writing could be
/// inherited, for a moment, by a process that another test is just starting; the file could then not be run ("text file
/// busy"), nor be leased by the launcher.
/// </summary>
public static class ProgramFile
{
    private const UnixFileMode ForAll = (UnixFileMode)0b111_101_101;

    /// <summary>Copies a program; all may run the copy.</summary>
    /// <param name="copy">Overwritten where it is there.</param>
    /// <returns>The copy.</returns>
    public static string Copy(string program, string copy)
    {
        Run(["cp", "--", program, copy]);
        SetExecutable(copy);
        return copy;
    }

    /// <summary>Writes a script that all may run.</summary>
    /// <returns>Its path.</returns>
    public static string Write(string path, string text)
    {
        Run(["sh", "-c", "cat > \"$1\"", "sh", path], text);
        SetExecutable(path);
        return path;
    }

    /// <summary>Makes a program another one that runs the same.</summary>
    public static void Append(string program, string text) => Run(["sh", "-c", "cat >> \"$1\"", "sh", program], text);

    private static void Run(string[] command, string? input = null)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = input is not null })!;
        if (input is not null)
        {
            process.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(input));
            process.StandardInput.Close();
        }

        if (!process.WaitForExit(TimeSpan.FromMinutes(1)) || process.ExitCode != 0)
        {
            throw new IOException($"'{string.Join(' ', command)}' failed.");
        }
    }

    private static void SetExecutable(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, ForAll);
        }
    }
}
