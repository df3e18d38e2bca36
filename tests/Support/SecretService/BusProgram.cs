using System.Diagnostics;
using System.Runtime.Versioning;
using Xunit;

namespace KeychainAuth.Tests.Support.SecretService;

/// <summary>A program that runs in the background, with what it has printed; killed, and waited for, when disposed.</summary>
[SupportedOSPlatform("linux")]
public sealed class BusProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    public BusProgram(string program, string[] arguments, IReadOnlyDictionary<string, string> environment, string input = "")
    {
        _process = Command.Start(program, arguments, environment);
        try
        {
            _process.StandardInput.Write(input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended, or closed its input, without reading it.
        }

        _ = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError))
            .ContinueWith(_ => Signal(ended: true), TaskScheduler.Default);
    }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Waits until it has printed a line that holds some text, since the beginning.</summary>
    public Task WaitForLineAsync(string text) => WaitForLineAsync(line => line.Contains(text, StringComparison.Ordinal), text, 1);

    /// <summary>Waits until it has printed so many lines that are just this text, since the beginning.</summary>
    public Task WaitForExactLineAsync(string text, int count) => WaitForLineAsync(line => line == text, text, count);

    public async Task WaitForExitAsync() => await _process.WaitForExitAsync().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }

    private async Task WaitForLineAsync(Func<string, bool> isIt, string text, int count)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            Task more;
            bool ended;
            lock (_lines)
            {
                if (_lines.Count(isIt) >= count)
                {
                    return;
                }

                more = _more.Task;
                ended = _ended;
            }

            Assert.False(ended, $"{_process.StartInfo.FileName} ended without printing '{text}':\n{Output}");
            await more.WaitAsync(deadline.Token);
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }

            Signal();
        }
    }

    private void Signal(bool ended = false)
    {
        lock (_lines)
        {
            _ended |= ended;
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
