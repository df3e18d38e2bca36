using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;
using Xunit;

namespace KeychainAuth.Plugins.Tests.VerifyLinux;

/// <summary>Compiles the C programs of tests/Programs, each once for all tests, into a directory that others may enter.</summary>
[SupportedOSPlatform("linux")]
public sealed class AttackerPrograms : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly ConcurrentDictionary<(string, string), Lazy<Task<string>>> _programs = new();

    /// <summary>The program of a source file.</summary>
    public Task<string> ProgramAsync(string source, string options = "") =>
        _programs.GetOrAdd((source, options), key => new Lazy<Task<string>>(() => CompileAsync(key.Item1, key.Item2))).Value;

    /// <summary>The program that does what a test tells it.</summary>
    public Task<string> PuppetAsync() => ProgramAsync("puppet");

    /// <summary>The same without any library.</summary>
    public Task<string> StaticPuppetAsync() => ProgramAsync("puppet", "-static");

    public void Dispose() => _directory.Dispose();

    private async Task<string> CompileAsync(string source, string options)
    {
        string output = Path.Combine(_directory.Path, source + (options.Length == 0 ? "" : options.Replace(' ', '_').Replace(',', '_')));
        ProcessStartInfo start = new("gcc") { RedirectStandardError = true };
        foreach (string argument in (string[])["-O1", "-Wall", "-o", output, Path.Combine(RepositoryPaths.Programs, source + ".c"), "-pthread", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)])
        {
            start.ArgumentList.Add(argument);
        }

        using Process compiler = Process.Start(start)!;
        string errors = await compiler.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await compiler.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(compiler.ExitCode == 0, $"gcc cannot compile {source}.c: {errors}");
        return output;
    }
}
