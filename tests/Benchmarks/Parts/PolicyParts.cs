using BenchmarkDotNet.Attributes;
using KeychainAuth.Core.Configuration;
using KeychainAuth.Core.Policy;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Daemon.Policies;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Benchmarks.Parts;

/// <summary>The policy in force, and what it says to one request.</summary>
public class PolicyParts
{
    private readonly TestDirectory _directory = new();
    private readonly BinaryEntry _entry = new()
    {
        Path = "/opt/tool",
        Hash = "sha256:" + new string('a', 64),
        AllowedReadServices = ["demo"],
        AllowedTargets = new Dictionary<string, List<string>> { ["demo"] = ["prod/*"] },
    };

    private readonly RequestMessage _request = new() { Action = RequestAction.Read, Service = "demo", IsPrefix = false, Targets = ["prod/key"] };
    private PolicySource? _source;

    [GlobalSetup]
    public void Prepare()
    {
        string path = _directory.Combine("config.json");
        ConfigFile.At(path).Update(config =>
        {
            config.RegisteredBinaries.Add(_entry);
            return true;
        });
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-1));

        // A file that is younger than two seconds is read each time.
        Thread.Sleep(TimeSpan.FromSeconds(2.5));
        _source = new PolicySource(path, TimeProvider.System, _ => { });
        _source.Current();
    }

    [GlobalCleanup]
    public void CleanUp() => _directory.Dispose();

    [Benchmark]
    public bool CurrentPolicy() => _source!.Current().RegisteredCount == 1;

    [Benchmark]
    public bool EvaluateRequest() => PolicyEvaluator.Evaluate(_entry, _request, DateTimeOffset.UnixEpoch).IsAllowed;
}
