using BenchmarkDotNet.Attributes;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Plugin;

namespace KeychainAuth.Benchmarks.Parts;

/// <summary>One request and one answer.</summary>
public class CodecParts
{
    private static readonly byte[] Line = """{"type":"REQUEST","action":"read","service":"demo","targets":["prod/key"]}"""u8.ToArray();

    private readonly PinnedBufferWriter _output = new();
    private readonly Secret[] _results = [new("prod/key", new SecretBuffer("a value of some length"u8))];

    // BenchmarkDotNet calls instance methods only.
    [Benchmark]
#pragma warning disable CA1822
    public void DecodeRequest() => MessageReader.Read(Line).Dispose();
#pragma warning restore CA1822

    [Benchmark]
    public void EncodeAnswer()
    {
        _output.Clear();
        ResponseWriter.WriteSecrets(_output, _results, id: null);
    }
}
