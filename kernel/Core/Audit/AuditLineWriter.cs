using System.Buffers;
using System.Text.Json;

namespace KeychainAuth.Core.Audit;

/// <summary>
/// Writes records as lines, into memory that is used again for the next ones. The default encoder escapes everything
/// beyond plain ASCII, so that no path or name can forge a line or an escape sequence of the reader's terminal.
/// </summary>
internal sealed class AuditLineWriter : IDisposable
{
    // What one burst of long records needed is not kept for ever.
    private const int KeptCapacity = 256 * 1024;

    private static readonly JsonEncodedText Timestamp = JsonEncodedText.Encode("timestamp");
    private static readonly JsonEncodedText Action = JsonEncodedText.Encode("action");
    private static readonly JsonEncodedText ProcessId = JsonEncodedText.Encode("pid");
    private static readonly JsonEncodedText BinaryPath = JsonEncodedText.Encode("binary_path");
    private static readonly JsonEncodedText BinaryHash = JsonEncodedText.Encode("binary_hash");
    private static readonly JsonEncodedText ScriptPath = JsonEncodedText.Encode("script_path");
    private static readonly JsonEncodedText ScriptHash = JsonEncodedText.Encode("script_hash");
    private static readonly JsonEncodedText Service = JsonEncodedText.Encode("service");
    private static readonly JsonEncodedText Targets = JsonEncodedText.Encode("targets");
    private static readonly JsonEncodedText Result = JsonEncodedText.Encode("result");
    private static readonly JsonEncodedText Reason = JsonEncodedText.Encode("reason");
    private static readonly JsonEncodedText Detail = JsonEncodedText.Encode("detail");
    private static readonly JsonEncodedText UserId = JsonEncodedText.Encode("uid");
    private static readonly JsonEncodedText Connection = JsonEncodedText.Encode("connection");
    private static readonly JsonEncodedText Duration = JsonEncodedText.Encode("duration_us");
    private static readonly JsonEncodedText Sequence = JsonEncodedText.Encode("seq");
    private static readonly JsonEncodedText Previous = JsonEncodedText.Encode("prev");

    private readonly ArrayBufferWriter<byte> _lines = new(1024);
    private readonly Utf8JsonWriter _json;

    internal AuditLineWriter() => _json = new Utf8JsonWriter(_lines);

    /// <summary>The lines written since the last <see cref="Clear"/>, each with its line feed.</summary>
    internal ReadOnlySpan<byte> Lines => _lines.WrittenSpan;

    internal void Clear()
    {
        if (_lines.Capacity > KeptCapacity)
        {
            _lines.Clear();
        }
        else
        {
            _lines.ResetWrittenCount();
        }
    }

    /// <summary>Adds a record as the next of the chain.</summary>
    /// <returns>The chain after it.</returns>
    internal AuditChain Add(AuditRecord record, DateTimeOffset time, AuditChain chain)
    {
        int start = _lines.WrittenCount;
        _json.Reset(_lines);
        _json.WriteStartObject();
        Span<char> timestamp = stackalloc char[AuditTimestamp.Length];
        AuditTimestamp.Format(time, timestamp);
        _json.WriteString(Timestamp, timestamp);
        _json.WriteString(Action, record.Action);
        WriteNumber(ProcessId, record.ProcessId);
        WriteText(BinaryPath, record.BinaryPath);
        WriteText(BinaryHash, record.BinaryHash);
        WriteText(ScriptPath, record.ScriptPath);
        WriteText(ScriptHash, record.ScriptHash);
        WriteText(Service, record.Service);
        WriteTargets(record.Targets);
        _json.WriteString(Result, record.Result);
        WriteText(Reason, record.Reason);
        WriteText(Detail, record.Detail);
        WriteNumber(UserId, record.UserId);
        WriteNumber(Connection, record.Connection);
        WriteNumber(Duration, record.DurationMicroseconds);
        _json.WriteNumber(Sequence, chain.NextSequence);
        _json.WriteString(Previous, chain.Previous);
        _json.WriteEndObject();
        _json.Flush();
        AuditChain next = new(chain.NextSequence + 1, AuditChain.Hash(_lines.WrittenSpan[start..]));
        _lines.Write("\n"u8);
        return next;
    }

    public void Dispose() => _json.Dispose();

    private void WriteText(JsonEncodedText name, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, value);
        }
    }

    private void WriteNumber(JsonEncodedText name, long? value)
    {
        if (value is { } number)
        {
            _json.WriteNumber(name, number);
        }
    }

    private void WriteTargets(IReadOnlyList<string>? targets)
    {
        if (targets is null)
        {
            return;
        }

        _json.WriteStartArray(Targets);
        for (int index = 0; index < targets.Count; index++)
        {
            _json.WriteStringValue(targets[index]);
        }

        _json.WriteEndArray();
    }
}
