using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.StoreFile;

/// <summary>
/// Writes the image of a keyring with a change laid over it, into one pinned buffer. Not Utf8JsonWriter: what it does
/// with temporary memory for base64 is not promised. Services and targets come in ordinal order, so that two images of
/// the same keyring are equal and a difference between backups is readable.
/// </summary>
internal sealed class KeyringWriter : IDisposable
{
    private const int InitialCapacity = 4096;

    private readonly PinnedWriter _output = new(InitialCapacity);
    private bool _hasMember;

    private KeyringWriter()
    {
    }

    /// <summary>The image; the caller disposes it.</summary>
    /// <exception cref="StoreException">It would exceed <see cref="KeyringFormat.MaxFileBytes"/>.</exception>
    internal static PinnedWriter Write(Keyring keyring, KeyringChange change)
    {
        KeyringWriter writer = new();
        try
        {
            writer.WriteKeyring(keyring, change);
            return writer._output;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    public void Dispose() => _output.Dispose();

    private void WriteKeyring(Keyring keyring, KeyringChange change)
    {
        _output.Write("{"u8);
        foreach (SecretBuffer member in keyring.Foreign)
        {
            StartMember();
            _output.Write(member.Span);
        }

        bool changed = false;
        foreach ((string service, ServiceIndex index) in keyring.Services)
        {
            if (!changed && string.CompareOrdinal(change.Service, service) <= 0)
            {
                changed = true;
                WriteChanged(change, keyring.Find(change.Service));
            }

            if (!string.Equals(service, change.Service, StringComparison.Ordinal))
            {
                foreach (string target in index.SortedTargets)
                {
                    WriteKept(service, target, index);
                }
            }
        }

        if (!changed)
        {
            WriteChanged(change, null);
        }

        _output.Write(_hasMember ? "\n}\n"u8 : "}\n"u8);
    }

    private void WriteChanged(KeyringChange change, ServiceIndex? index)
    {
        IEnumerable<string> written = change.Items.Where(item => item.Value is not null).Select(item => item.Key);
        IEnumerable<string> kept = index?.SortedTargets.Where(target => !change.Items.ContainsKey(target)) ?? [];
        foreach (string target in kept.Concat(written).Order(StringComparer.Ordinal))
        {
            if (change.Items.TryGetValue(target, out Secret? secret) && secret is not null)
            {
                KeyringEntry? old = null;
                index?.TryGet(target, out old);
                WriteEntry(change.Service, target, secret.Value.Span, secret.Attributes, old);
            }
            else
            {
                WriteKept(change.Service, target, index!);
            }
        }
    }

    private void WriteKept(string service, string target, ServiceIndex index)
    {
        if (index.TryGet(target, out KeyringEntry? entry))
        {
            WriteEntry(service, target, entry.Value.Span, entry.Attributes, entry);
        }
    }

    private void WriteEntry(string service, string target, ReadOnlySpan<byte> value, IReadOnlyDictionary<string, string> attributes, KeyringEntry? keep)
    {
        StartMember();
        WriteString($"{service}{KeyringFormat.Separator}{target}");
        _output.Write(": { \"private\": \""u8);
        WriteBase64(value);
        _output.Write("\", \"public\": "u8);
        _output.Write(keep?.PublicPart is { } publicPart ? publicPart.Span : KeyringFormat.EmptyPublic);
        if (attributes.Count > 0)
        {
            _output.Write(", \"attributes\": "u8);
            WriteAttributes(attributes);
        }

        if (keep?.Foreign is { } foreign)
        {
            _output.Write(", "u8);
            _output.Write(foreign.Span);
        }

        _output.Write(" }"u8);
    }

    private void WriteAttributes(IReadOnlyDictionary<string, string> attributes)
    {
        bool first = true;
        foreach ((string name, string text) in attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal))
        {
            _output.Write(first ? "{ "u8 : ", "u8);
            first = false;
            WriteString(name);
            _output.Write(": "u8);
            WriteString(text);
        }

        _output.Write(" }"u8);
    }

    private void StartMember()
    {
        _output.Write(_hasMember ? ",\n  "u8 : "\n  "u8);
        _hasMember = true;
    }

    // For names and attributes, which are no secrets: the encoder works in ordinary memory.
    private void WriteString(string text)
    {
        _output.Write("\""u8);
        _output.Write(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        _output.Write("\""u8);
    }

    private void WriteBase64(ReadOnlySpan<byte> value)
    {
        // Base64 of three quarters of the file's limit is the file's limit.
        if (value.Length > KeyringFormat.MaxFileBytes / 4 * 3)
        {
            throw new StoreException(StoreError.TooLarge, $"The keyring file would exceed {KeyringFormat.MaxFileBytes} bytes; store large values elsewhere or delete some first.");
        }

        Span<byte> destination = _output.Reserve(Base64.GetMaxEncodedToUtf8Length(value.Length));
        OperationStatus status = Base64.EncodeToUtf8(value, destination, out _, out int written);
        if (status != OperationStatus.Done)
        {
            throw new InvalidOperationException($"Base64 encoding ended with {status}.");
        }

        _output.Advance(written);
    }
}
