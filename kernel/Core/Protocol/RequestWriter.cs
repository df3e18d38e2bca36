using System.Globalization;
using System.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Core.Protocol;

/// <summary>Writes a client's lines. Values go from pinned memory to pinned memory.</summary>
internal static class RequestWriter
{
    internal static void WriteHello(PinnedBufferWriter output) => output.Write(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"type\":\"HELLO\",\"protocol\":{ProtocolNames.AttributableVersion}}}\n")));

    /// <param name="output">Where to write; one line, its line feed included.</param>
    /// <param name="action">What to ask for.</param>
    /// <param name="service">The namespace; empty for a check.</param>
    /// <param name="isPrefix">Whether targets are prefixes.</param>
    /// <param name="targets">Targets or prefixes.</param>
    /// <param name="attributes">Attributes to store, or to filter by.</param>
    /// <param name="values">For a write one value per target, valid UTF-8; otherwise null.</param>
    internal static void WriteRequest(
        PinnedBufferWriter output,
        RequestAction action,
        string service,
        bool isPrefix,
        IEnumerable<string> targets,
        IReadOnlyDictionary<string, string> attributes,
        IEnumerable<SecretBuffer>? values)
    {
        output.Write("{\"type\":\"REQUEST\",\"action\":"u8);
        JsonText.WriteString(output, ProtocolNames.Name(action));
        if (service.Length > 0)
        {
            output.Write(",\"service\":"u8);
            JsonText.WriteString(output, service);
        }

        if (isPrefix)
        {
            output.Write(",\"match\":\"prefix\""u8);
        }

        output.Write(",\"targets\":["u8);
        WriteEach(output, targets, JsonText.WriteString);
        output.Write((byte)']');
        if (values is not null)
        {
            output.Write(",\"values\":["u8);
            WriteEach(output, values, static (writer, value) => JsonText.WriteString(writer, value.Span));
            output.Write((byte)']');
        }

        if (attributes.Count > 0)
        {
            output.Write(",\"attributes\":{"u8);
            WriteEach(output, attributes.OrderBy(a => a.Key, StringComparer.Ordinal), static (writer, attribute) =>
            {
                JsonText.WriteString(writer, attribute.Key);
                writer.Write((byte)':');
                JsonText.WriteString(writer, attribute.Value);
            });
            output.Write((byte)'}');
        }

        output.Write("}\n"u8);
    }

    private static void WriteEach<T>(PinnedBufferWriter output, IEnumerable<T> items, Action<PinnedBufferWriter, T> write)
    {
        bool first = true;
        foreach (T item in items)
        {
            if (!first)
            {
                output.Write((byte)',');
            }

            first = false;
            write(output, item);
        }
    }
}
