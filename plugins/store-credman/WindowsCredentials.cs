using System.Collections.ObjectModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using KeychainAuth.Plugin;
using static Interop.Advapi32;
using static Interop.WinError;

namespace KeychainAuth.Plugins.StoreCredman;

/// <summary>The Credential Manager itself. What it answers is copied into memory of ours and zeroed before it is released.</summary>
/// <param name="roams">Whether credentials follow the user to other machines of a domain.</param>
[SupportedOSPlatform("windows")]
internal sealed class WindowsCredentials(bool roams) : ICredentials
{
    public unsafe Credential? Read(string name)
    {
        CREDENTIALW* found = null;
        if (!CredRead(name, CRED_TYPE_GENERIC, 0, &found))
        {
            // A name that no credential can have is the name of none.
            int error = Marshal.GetLastPInvokeError();
            return error is ERROR_NOT_FOUND or ERROR_INVALID_PARAMETER ? null : throw Failure("read", error);
        }

        try
        {
            return Copy(found, withBlob: true);
        }
        finally
        {
            Zero(found);
            CredFree(found);
        }
    }

    public unsafe void Write(Credential credential)
    {
        byte[][] values = [.. credential.Attributes.Values.Select(Encoding.UTF8.GetBytes)];
        GCHandle[] pins = [.. credential.Attributes.Keys.Cast<object>().Concat(values).Select(part => GCHandle.Alloc(part, GCHandleType.Pinned))];
        var attributes = new CREDENTIAL_ATTRIBUTEW[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            attributes[i] = new CREDENTIAL_ATTRIBUTEW
            {
                Keyword = (char*)pins[i].AddrOfPinnedObject(),
                ValueSize = (uint)values[i].Length,
                Value = (byte*)pins[values.Length + i].AddrOfPinnedObject(),
            };
        }

        try
        {
            fixed (char* name = credential.Name, user = credential.UserName)
            fixed (byte* blob = credential.Blob.Span)
            fixed (CREDENTIAL_ATTRIBUTEW* first = attributes)
            {
                var native = new CREDENTIALW
                {
                    Type = CRED_TYPE_GENERIC,
                    TargetName = name,
                    UserName = user,
                    CredentialBlob = blob,
                    CredentialBlobSize = (uint)credential.Blob.Length,
                    Persist = roams ? CRED_PERSIST_ENTERPRISE : CRED_PERSIST_LOCAL_MACHINE,
                    AttributeCount = (uint)attributes.Length,
                    Attributes = first,
                };
                if (!CredWrite(&native, 0))
                {
                    throw Failure("written", Marshal.GetLastPInvokeError());
                }
            }
        }
        finally
        {
            Array.ForEach(pins, pin => pin.Free());
        }
    }

    public bool Delete(string name)
    {
        if (CredDelete(name, CRED_TYPE_GENERIC, 0))
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error is ERROR_NOT_FOUND or ERROR_INVALID_PARAMETER ? false : throw Failure("deleted", error);
    }

    public unsafe IReadOnlyList<Credential> Enumerate(string prefix, bool withBlobs)
    {
        CREDENTIALW** found = null;
        if (!CredEnumerate(prefix.Length == 0 ? null : prefix + "*", 0, out uint count, &found))
        {
            int error = Marshal.GetLastPInvokeError();
            return error == ERROR_NOT_FOUND ? [] : throw Failure("listed", error);
        }

        var credentials = new List<Credential>((int)count);
        try
        {
            for (uint i = 0; i < count; i++)
            {
                // The filter is the system's; that it means a prefix is made sure of here.
                if (found[i]->Type == CRED_TYPE_GENERIC && found[i]->TargetName != null
                    && new string(found[i]->TargetName).StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                {
                    credentials.Add(Copy(found[i], withBlobs));
                }
            }

            return credentials;
        }
        finally
        {
            for (uint i = 0; i < count; i++)
            {
                Zero(found[i]);
            }

            CredFree(found);
        }
    }

    private static unsafe Credential Copy(CREDENTIALW* native, bool withBlob) => new(
        new string(native->TargetName),
        native->UserName == null ? "" : new string(native->UserName),
        withBlob && native->CredentialBlob != null
            ? new SecretBuffer(new ReadOnlySpan<byte>(native->CredentialBlob, (int)native->CredentialBlobSize))
            : new SecretBuffer(0),
        ReadAttributes(native));

    private static unsafe IReadOnlyDictionary<string, string> ReadAttributes(CREDENTIALW* native)
    {
        if (native->AttributeCount == 0 || native->Attributes == null)
        {
            return ReadOnlyDictionary<string, string>.Empty;
        }

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        for (uint i = 0; i < native->AttributeCount; i++)
        {
            CREDENTIAL_ATTRIBUTEW* attribute = &native->Attributes[i];
            if (attribute->Keyword != null)
            {
                attributes[new string(attribute->Keyword)] = Encoding.UTF8.GetString(attribute->Value, attribute->Value == null ? 0 : (int)attribute->ValueSize);
            }
        }

        return attributes;
    }

    private static unsafe void Zero(CREDENTIALW* native)
    {
        if (native->CredentialBlob != null)
        {
            CryptographicOperations.ZeroMemory(new Span<byte>(native->CredentialBlob, (int)native->CredentialBlobSize));
        }
    }

    private static StoreException Failure(string what, int error) => error switch
    {
        ERROR_NO_SUCH_LOGON_SESSION => new StoreException(
            StoreError.Unavailable,
            "This logon session has no Credential Manager (a session over the network, or a service's, has none): start the daemon from the desktop session.",
            error),
        ERROR_ACCESS_DENIED => new StoreException(StoreError.AccessDenied, "The Credential Manager refuses the daemon: a policy of the machine may forbid storing credentials.", error),
        _ => new StoreException(
            StoreError.Unavailable, $"The credential could not be {what}: {Marshal.GetPInvokeErrorMessage(error).TrimEnd().TrimEnd('.')} (error {error}).", error),
    };
}
