using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using KeychainAuth.Plugin;
using KeychainAuth.Plugin.Testing;
using KeychainAuth.Plugins.VerifyLinux;
using KeychainAuth.Plugins.VerifyLinux.Files;
using KeychainAuth.Plugins.VerifyLinux.Processes;
using KeychainAuth.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Benchmarks.Parts;

/// <summary>Looking at a process, a small C program, through /proc.</summary>
public class ProcessParts
{
    private readonly TestDirectory _directory = new();
    private Process? _process;
    private PeerCredentials? _credentials;
    private LinuxPeerVerifier? _verifier;
    private VerifiedPeer? _peer;
    private readonly ProcText _text = new();
    private SafeFileHandle? _maps;
    private SafeFileHandle? _executable;
    private FileKey _key;

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        _process = Process.Start(new ProcessStartInfo("/bin/sleep", ["10000"]))!;
        uint user = (uint)int.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1], System.Globalization.CultureInfo.InvariantCulture);
        _verifier = new LinuxPeerVerifier(PluginContexts.Create("verify-linux", _directory.Path, userId: user), VerifierSettings.Parse(new Dictionary<string, string>()));
        _credentials = new PeerCredentials { ProcessId = _process.Id, UserId = user, ConnectedAfter = Stopwatch.GetTimestamp() };
        VerificationResult result = await _verifier.VerifyAsync(_credentials, CancellationToken.None);
        _peer = result.IsVerified ? result.Peer : throw new InvalidOperationException(result.Message);
        using ProcessDirectory directory = ProcessDirectory.Open(_process.Id)!;
        _maps = directory.OpenFile("maps");
        _executable = directory.OpenExecutable();
        if (!FileKey.TryRead(_executable, out _key))
        {
            throw new InvalidOperationException("The executable cannot be looked at.");
        }
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _peer!.DisposeAsync();
        await _verifier!.DisposeAsync();
        _maps!.Dispose();
        _executable!.Dispose();
        _text.Dispose();
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Dispose();
    }

    [Benchmark]
    public async Task<bool> ConnectOfAPinnedProcess()
    {
        VerificationResult result = await _verifier!.VerifyAsync(_credentials!, CancellationToken.None);
        await result.Peer!.DisposeAsync();
        return result.IsVerified;
    }

    [Benchmark]
    public ValueTask<bool> FullLook() => _peer!.IsUnchangedAsync(CancellationToken.None);

    [Benchmark]
    public ValueTask<bool> LookAtTheImage() => _peer!.IsSameImageAsync(CancellationToken.None);

    [Benchmark]
    public bool ReadMapsRaw() => _text.TryRead(_maps!, 1 << 20);

    [Benchmark]
    public int ReadMapsAsAFile() => File.ReadAllText($"/proc/{_process!.Id}/maps").Length;

    [Benchmark]
    public async Task<bool> HashFromTheCache() =>
        (await _verifier!.Services.Hasher.HashAsync(_executable!, _key, tracksMappedWrites: true, CancellationToken.None)).Sha256 is not null;
}
