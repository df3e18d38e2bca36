using System.Globalization;
using System.Text;

namespace KeychainAuth.Plugins.VerifyLinux.Parsing;

/// <summary>What is needed of a line of /proc/self/mountinfo (proc_pid_mountinfo(5)).</summary>
internal sealed record MountInfoLine(ulong Id, string FileSystem, string Options)
{
    /// <summary>Reads one line.</summary>
    /// <returns>Null where it is not one.</returns>
    public static MountInfoLine? Parse(string line)
    {
        string[] fields = line.Split(' ');
        // A variable number of fields, closed by a lone hyphen, precedes the file system.
        int hyphen = fields.Length < 7 ? -1 : Array.IndexOf(fields, "-", 6);
        return hyphen > 0
            && fields.Length == hyphen + 4
            && ulong.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong id)
            ? new MountInfoLine(id, Unescape(fields[hyphen + 1]), fields[hyphen + 3])
            : null;
    }

    /// <summary>
    /// The directories an overlay is made of, in any order. Lower layers are a list with colons between; a colon or
    /// backslash inside a name has a backslash before it, and the kernel writes that, commas and spaces in octal.
    /// </summary>
    public IReadOnlyList<string> OverlayLayers()
    {
        List<string> layers = [];
        foreach (string option in Options.Split(','))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                continue;
            }

            string value = Unescape(option[(equals + 1)..]);
            switch (Unescape(option[..equals]))
            {
                case "lowerdir":
                    SplitLayers(value, layers);
                    break;
                case "lowerdir+" or "datadir+" or "upperdir":
                    layers.Add(value);
                    break;
            }
        }

        return layers;
    }

    private static void SplitLayers(string value, List<string> layers)
    {
        StringBuilder layer = new();
        for (int index = 0; index < value.Length; index++)
        {
            if (value[index] == '\\' && index + 1 < value.Length)
            {
                layer.Append(value[++index]);
            }
            else if (value[index] == ':')
            {
                Flush();
            }
            else
            {
                layer.Append(value[index]);
            }
        }

        Flush();

        // Two colons in a row announce layers that hold data only: they count like any other.
        void Flush()
        {
            if (layer.Length > 0)
            {
                layers.Add(layer.ToString());
                layer.Clear();
            }
        }
    }

    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        StringBuilder plain = new(text.Length);
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] == '\\' && index + 3 < text.Length && IsOctal(text[index + 1]) && IsOctal(text[index + 2]) && IsOctal(text[index + 3]))
            {
                plain.Append((char)(((text[index + 1] - '0') << 6) | ((text[index + 2] - '0') << 3) | (text[index + 3] - '0')));
                index += 3;
            }
            else
            {
                plain.Append(text[index]);
            }
        }

        return plain.ToString();
    }

    private static bool IsOctal(char character) => character is >= '0' and <= '7';
}
