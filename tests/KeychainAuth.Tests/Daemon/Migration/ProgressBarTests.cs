using KeychainAuth.Daemon.Migration;

namespace KeychainAuth.Tests.Daemon.Migration;

public sealed class ProgressBarTests
{
    [Fact]
    public void Advance_OnATerminal_FillsTheBarInPlace()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var bar = new ProgressBar(output, isTerminal: true, total: 4);
        bar.Advance(1);
        bar.Advance(3);
        bar.Finish();
        Assert.Equal($"\r[{new string('#', 7)}{new string('.', 23)}] 1/4\r[{new string('#', 30)}] 4/4\n", output.ToString());
    }

    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 0)]
    public void Advance_NoTerminalOrNothingToDo_WritesNothing(bool isTerminal, int total)
    {
        using var output = new StringWriter();
        var bar = new ProgressBar(output, isTerminal, total);
        bar.Advance(total);
        bar.Finish();
        Assert.Equal("", output.ToString());
    }
}
