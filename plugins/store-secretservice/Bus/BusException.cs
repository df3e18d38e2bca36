using System.Runtime.InteropServices;
using static Interop.Gio;
using static Interop.GLib;

namespace KeychainAuth.Plugins.StoreSecretService.Bus;

/// <summary>
/// A call on the bus failed. Carries the error's name and never the text that came with it: that is another program's, and
/// what it may hold is not ours to vouch for.
/// </summary>
internal sealed class BusException : Exception
{
    private BusException(string? remoteName, bool isInputOutput, int code)
        : base(remoteName ?? $"error {code}")
    {
        RemoteName = remoteName;
        IsInputOutput = isInputOutput;
        Code = code;
    }

    /// <summary>The D-Bus name of an error that another program, or the bus, answered with; null for a local one.</summary>
    internal string? RemoteName { get; }

    /// <summary>The error's code in its GLib domain.</summary>
    internal int Code { get; }

    /// <summary>A local failure of the connection.</summary>
    internal bool IsInputOutput { get; }

    /// <summary>Throws unless there is no error. Frees it.</summary>
    internal static void ThrowIfAny(SafeErrorHandle error)
    {
        using (error)
        {
            if (!error.IsInvalid)
            {
                nint name = DBusErrorGetRemoteError(error);
                string? text = Marshal.PtrToStringUTF8(name);
                Free(name);
                throw new BusException(text, error.Domain == IOErrorQuark(), error.Code);
            }
        }
    }
}
