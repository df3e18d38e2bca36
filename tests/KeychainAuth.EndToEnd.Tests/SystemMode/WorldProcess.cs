using System.Diagnostics;

namespace KeychainAuth.EndToEnd.Tests.SystemMode;

/// <summary>A process that goes on, and all that it has said.</summary>
public sealed class WorldProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _said = [];
    private readonly Task _reading;
    private bool _isDisposed;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorldProcess(Process process)
    {
        _process = process;
        process.StandardInput.Close();
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_gate)
            {
                return string.Join('\n', _said);
            }
        }
    }

    /// <summary>Waits until it has said something, which may have been before.</summary>
    public async Task WaitForAsync(string text)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_said.Exists(line => line.Contains(text, StringComparison.Ordinal)))
                {
                    return;
                }

                more = _more.Task;
            }

            Task first = await Task.WhenAny(more, _reading, Task.Delay(Timeout.Infinite, deadline.Token));
            Assert.True(first == more || more.IsCompleted, $"'{text}' was not said:\n{Output}");
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }

        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                _said.Add(line);
                _more.SetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
