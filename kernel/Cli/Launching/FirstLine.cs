using System.Text;

namespace KeychainAuth.Cli.Launching;

/// <summary>The first line of a script, read as the launcher and the kernel read it: <c>#!INTERPRETER [OPTION]</c>.</summary>
/// <param name="Interpreter">What it names; not necessarily an absolute path.</param>
internal sealed record FirstLine(string Interpreter)
{
    private const int MaxBytes = 256;

    /// <summary>Reads it.</summary>
    /// <returns>Null where the file does not begin like a script.</returns>
    internal static FirstLine? Read(string path)
    {
        Span<byte> start = stackalloc byte[MaxBytes];
        using FileStream file = File.OpenRead(path);
        start = start[..file.ReadAtLeast(start, MaxBytes, throwOnEndOfStream: false)];
        if (!start.StartsWith("#!"u8))
        {
            return null;
        }

        int end = start.IndexOf((byte)'\n');
        string line = Encoding.UTF8.GetString(start[2..(end < 0 ? start.Length : end)]).Trim(' ', '\t', '\r');
        return new FirstLine(line.Split([' ', '\t'], 2)[0]);
    }

    /// <summary>Why a script with this line cannot be launched; null where it can.</summary>
    internal string? Fault => Interpreter switch
    {
        _ when !Path.IsPathRooted(Interpreter) => "its first line does not name its interpreter by an absolute path",
        _ when Path.GetFileName(Interpreter) == "env" =>
            "its first line lets env look for the interpreter, which could be anybody's: name the interpreter itself, as in #!/usr/bin/python3 -I",
        _ => null,
    };
}
