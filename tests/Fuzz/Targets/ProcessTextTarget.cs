using KeychainAuth.Plugins.VerifyLinux.Parsing;

namespace KeychainAuth.Fuzz.Targets;

/// <summary>What the verifier reads from /proc: a process chooses the names in it, if not their form.</summary>
internal sealed class ProcessTextTarget : IFuzzTarget
{
    public string Name => "process-text";

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        ReadOnlySpan<byte> text = input[1..];
        switch (input[0] % 4)
        {
            case 0:
                MapsReader maps = new(text);
                while (maps.MoveNext())
                {
                    if (maps.Current.Start > maps.Current.End)
                    {
                        throw new FuzzException("A mapping ends before it begins.");
                    }
                }

                break;
            case 1:
                _ = ProcessStatus.TryParse(text, out _);
                break;
            case 2:
                _ = ProcessStat.TryParseStartTime(text, out _);
                break;
            default:
                _ = AuxiliaryVector.IsWellFormed(text) && AuxiliaryVector.TryFind(text, AuxiliaryVector.AT_SYSINFO_EHDR, out _);
                break;
        }
    }
}
