using System.Globalization;
using System.Text;
using KeychainAuth.Plugin;

namespace KeychainAuth.Core.Protocol;

/// <summary>Writes the daemon's lines. Fields stand in the order that clients know: additions come last.</summary>
internal static class ResponseWriter
{
    internal static void WriteSuccess(PinnedBufferWriter output, byte[]? id)
    {
        Begin(output, ResponseStatus.Success);
        End(output, id, message: null);
    }

    /// <summary>The answer to a read: targets with their values.</summary>
    /// <param name="output">Where to write.</param>
    /// <param name="results">Values must be valid UTF-8; the caller has checked.</param>
    /// <param name="id">The request's id as raw JSON.</param>
    internal static void WriteSecrets(PinnedBufferWriter output, IReadOnlyList<Secret> results, byte[]? id)
    {
        Begin(output, ResponseStatus.Success);
        for (int i = 0; i < results.Count; i++)
        {
            BeginResult(output, i, results[i].Target);
            output.Write(",\"value\":"u8);
            JsonText.WriteString(output, results[i].Value.Span);
            EndResult(output, results[i].Attributes, isLast: i == results.Count - 1);
        }

        End(output, id, message: null);
    }

    /// <summary>The answer to a search or a check: targets without values.</summary>
    internal static void WriteDescriptors(PinnedBufferWriter output, IReadOnlyList<SecretDescriptor> results, byte[]? id)
    {
        Begin(output, ResponseStatus.Success);
        for (int i = 0; i < results.Count; i++)
        {
            BeginResult(output, i, results[i].Target);
            EndResult(output, results[i].Attributes, isLast: i == results.Count - 1);
        }

        End(output, id, message: null);
    }

    internal static void WriteRefusal(PinnedBufferWriter output, Reason reason, string? message, byte[]? id)
    {
        Begin(output, reason.Status);
        output.Write(",\"reason\":"u8);
        JsonText.WriteString(output, reason.Name);
        End(output, id, message);
    }

    /// <summary>
    /// The unprompted line to a program that is not registered. Its bytes are those of version 1, to the last one:
    /// no message.
    /// </summary>
    internal static void WriteUnregistered(PinnedBufferWriter output) =>
        WriteRefusal(output, Reason.Unregistered, message: null, id: null);

    internal static void WriteWelcome(PinnedBufferWriter output)
    {
        output.Write(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"type\":\"WELCOME\",\"protocol\":{ProtocolNames.AttributableVersion},\"version\":\"{ProductInfo.Version}\"}}\n")));
    }

    internal static void WriteReconnect(PinnedBufferWriter output) => output.Write("{\"type\":\"RECONNECT\"}\n"u8);

    /// <summary>The launcher's yes: it knows exactly these bytes.</summary>
    internal static void WriteLaunchGranted(PinnedBufferWriter output) => output.Write("{\"type\":\"LAUNCH_GRANTED\"}\n"u8);

    private static void Begin(PinnedBufferWriter output, string status)
    {
        output.Write("{\"type\":\"RESPONSE\",\"status\":"u8);
        JsonText.WriteString(output, status);
    }

    private static void BeginResult(PinnedBufferWriter output, int index, string target)
    {
        output.Write(index == 0 ? ",\"results\":[{\"target\":"u8 : ",{\"target\":"u8);
        JsonText.WriteString(output, target);
    }

    private static void EndResult(PinnedBufferWriter output, IReadOnlyDictionary<string, string> attributes, bool isLast)
    {
        if (attributes.Count > 0)
        {
            output.Write(",\"attributes\":{"u8);
            bool first = true;
            foreach ((string name, string value) in attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
            {
                if (!first)
                {
                    output.Write((byte)',');
                }

                first = false;
                JsonText.WriteString(output, name);
                output.Write((byte)':');
                JsonText.WriteString(output, value);
            }

            output.Write((byte)'}');
        }

        output.Write(isLast ? "}]"u8 : "}"u8);
    }

    private static void End(PinnedBufferWriter output, byte[]? id, string? message)
    {
        if (id is not null)
        {
            output.Write(",\"id\":"u8);
            output.Write(id);
        }

        if (message is not null)
        {
            output.Write(",\"message\":"u8);
            JsonText.WriteString(output, message);
        }

        output.Write("}\n"u8);
    }
}
