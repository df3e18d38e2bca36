namespace KeychainAuth.Daemon.Migration;

/// <summary>A bar on a terminal that fills as items are dealt with; nothing where the output is no terminal.</summary>
internal sealed class ProgressBar(TextWriter output, bool isTerminal, int total)
{
    private const int Width = 30;

    private int _done;

    internal void Advance(int items)
    {
        _done += items;
        if (isTerminal && total > 0)
        {
            int filled = (int)((long)Width * _done / total);
            output.Write($"\r[{new string('#', filled)}{new string('.', Width - filled)}] {_done}/{total}");
        }
    }

    /// <summary>Leaves the bar's line.</summary>
    internal void Finish()
    {
        if (isTerminal && total > 0)
        {
            output.WriteLine();
        }
    }
}
