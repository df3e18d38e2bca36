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
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

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

        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError)).ContinueWith(_ => Signal(), TaskScheduler.Default);
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
    public async Task WaitForLineAsync(string text, int count = 1)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            Task more;
            lock (_lines)
            {
                if (_lines.Count(line => line.Contains(text, StringComparison.Ordinal)) >= count)
                {
                    return;
                }

                more = _more.Task;
            }

            Assert.False(_reading.IsCompleted, $"{_process.StartInfo.FileName} ended without printing '{text}':\n{Output}");
            await more.WaitAsync(deadline.Token);
        }
    }

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

    private void Signal()
    {
        lock (_lines)
        {
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
