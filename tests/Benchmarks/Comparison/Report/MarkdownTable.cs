using System.Text;

namespace KeychainAuth.Benchmarks.Comparison.Report;

/// <summary>The table for a person.</summary>
internal static class MarkdownTable
{
    internal static string Write(MachineFacts machine, Recorder recorder)
    {
        var text = new StringBuilder();
        text.Append(machine.Sentence).Append("\n\n");
        text.Append("| what | target | measured | met |\n|---|---|---|---|\n");
        foreach (Verdict verdict in recorder.Verdicts)
        {
            string met = verdict.IsMet switch { true => "yes", false => "**no**", null => "" };
            text.Append("| ").Append(verdict.What).Append(" | ").Append(verdict.Target).Append(" | ").Append(verdict.Measured).Append(" | ").Append(met).Append(" |\n");
        }

        return text.ToString();
    }
}
