using System.Text;
using System.Text.Json;
using FsCheck.Xunit;
using KeychainAuth.Core.Audit;
using KeychainAuth.Core.Protocol;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Core;

/// <summary>What one side writes the other reads, for any text.</summary>
public sealed class CodecProperties
{
    [Property(MaxTest = 500)]
    public bool Request_WrittenByTheClient_IsReadByTheDaemon(string? targetText, string? valueText, string? attributeText)
    {
        string target = Name(targetText);
        byte[] value = Encoding.UTF8.GetBytes(valueText ?? "");
        using var line = new PinnedBufferWriter();
        using var secret = new SecretBuffer(value);
        string attribute = Whole(attributeText).Replace("\0", "", StringComparison.Ordinal);
        var attributes = new Dictionary<string, string> { ["a"] = attribute };
        RequestWriter.WriteRequest(line, RequestAction.Write, "s", isPrefix: false, [target], attributes, [secret]);

        using var message = (RequestMessage)MessageReader.Read(line.Written.Span[..^1]);
        return message.Targets[0] == target && message.Values[0].Span.SequenceEqual(value) && message.Attributes["a"] == attribute;
    }

    [Theory]
    [InlineData("", "v")]
    [InlineData("a\u0001", "v")]
    [InlineData("service\0x", "v")]
    [InlineData("a", "v\0w")]
    public void Request_AttributeThatAKeychainCouldMisread_IsRefused(string name, string value)
    {
        using var line = new PinnedBufferWriter();
        RequestWriter.WriteRequest(
            line, RequestAction.Search, "s", isPrefix: false, [], new Dictionary<string, string> { [name] = value }, values: null);
        MalformedMessageException refusal = Assert.Throws<MalformedMessageException>(() => MessageReader.Read(line.Written.Span[..^1]));
        Assert.Equal(Reason.MalformedRequest, refusal.Reason);
    }

    [Property(MaxTest = 500)]
    public bool Response_WrittenByTheDaemon_IsReadByTheClient(string? targetText, string? valueText)
    {
        byte[] value = Encoding.UTF8.GetBytes(valueText ?? "");
        using var line = new PinnedBufferWriter();
        using var secret = new Secret(Name(targetText), new SecretBuffer(value));
        ResponseWriter.WriteSecrets(line, [secret], id: null);

        using var message = (ResponseMessage)ResponseReader.Read(line.Written.Span[..^1]);
        return message.Results[0].Target == secret.Target && message.Results[0].Value!.Span.SequenceEqual(value);
    }

    [Property(MaxTest = 500)]
    public bool JsonText_AnyText_IsReadBackByAnotherReader(string? text)
    {
        using var output = new PinnedBufferWriter();
        JsonText.WriteString(output, Whole(text));
        using JsonDocument document = JsonDocument.Parse(output.Written);
        return document.RootElement.GetString() == Whole(text);
    }

    [Property(MaxTest = 500)]
    public bool MessageReader_AnyBytes_GivesAMessageOrARefusal(byte[] bytes)
    {
        try
        {
            MessageReader.Read(bytes).Dispose();
            return true;
        }
        catch (MalformedMessageException)
        {
            return true;
        }
    }

    [Property(MaxTest = 30)]
    public bool Audit_AnyText_LeavesTheChainIntact(string?[] reasons)
    {
        using var directory = new TestDirectory();
        string path = directory.Combine("audit.log");
        using (var log = new AuditLog(path, TimeProvider.System, 2048, 100))
        {
            foreach (string? reason in reasons)
            {
                log.Append(new AuditRecord { Action = "read", Result = AuditResult.Granted, Reason = reason, BinaryPath = reason });
            }
        }

        return AuditVerifier.Verify(path) == new AuditVerification(reasons.Length, null);
    }

    // Lone surrogates have no UTF-8 form: they never reach the writers.
    private static string Whole(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));

    private static string Name(string? text)
    {
        string name = string.Concat(Whole(text).Where(c => !char.IsControl(c)));
        return NameRules.CheckTarget(name) is null ? name : "t";
    }
}
