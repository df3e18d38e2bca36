using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Plugin;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinError;
using static Interop.WinNT;

namespace KeychainAuth.Plugins.TransportPipe;

/// <summary>Creates instances of the pipe, and makes sure of the first.</summary>
[SupportedOSPlatform("windows")]
internal static class PipeInstance
{
    /// <summary>
    /// Bytes each way that one side may write before the other has read. A refusal, and most answers, fit, so that
    /// writing them waits for nobody.
    /// </summary>
    internal const uint BufferBytes = 256 * 1024;

    /// <summary>What every instance is created with; the first one also with FILE_FLAG_FIRST_PIPE_INSTANCE.</summary>
    internal const uint OpenMode = PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED;

    /// <summary>Bytes, not messages, and no client of another machine.</summary>
    internal const uint PipeMode = PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS;

    /// <summary>Creates the instance that makes the pipe, and checks that it is ours alone and as it should be.</summary>
    /// <exception cref="TransportException">Somebody has the pipe already, or it is not what was asked for.</exception>
    internal static SafePipeHandle CreateFirst(string address, Sid user)
    {
        SafePipeHandle pipe = Create(address, user, OpenMode | FILE_FLAG_FIRST_PIPE_INSTANCE);
        try
        {
            // Where the flag is taken but not obeyed (Wine), the number of instances tells.
            if (!GetNamedPipeHandleState(pipe, out uint instances))
            {
                throw Failed(address, "does not say how many instances it has", Marshal.GetLastPInvokeError());
            }

            if (instances != 1)
            {
                throw InUse(address);
            }

            CheckSecurity(pipe, address, user);
            return pipe;
        }
        catch
        {
            pipe.Dispose();
            throw;
        }
    }

    /// <summary>Creates a further instance, which has the security of the first.</summary>
    /// <exception cref="TransportException">The system cannot, for want of memory or handles.</exception>
    internal static SafePipeHandle CreateNext(string address, Sid user) => Create(address, user, OpenMode);

    internal static TransportException InUse(string address) =>
        new(TransportError.AddressInUse, $"Another program serves {address} already: stop it, or choose another pipe with --socket.");

    private static unsafe SafePipeHandle Create(string address, Sid user, uint openMode)
    {
        byte[] security = PipeSecurity.For(user).ToBytes();
        fixed (byte* descriptor = security)
        {
            var attributes = new Interop.SECURITY_ATTRIBUTES { nLength = (uint)sizeof(Interop.SECURITY_ATTRIBUTES), lpSecurityDescriptor = descriptor };
            SafePipeHandle pipe = CreateNamedPipe(
                address, openMode, PipeMode, PIPE_UNLIMITED_INSTANCES, BufferBytes, BufferBytes, nDefaultTimeOut: 0, &attributes);
            if (!pipe.IsInvalid)
            {
                return pipe;
            }

            int error = Marshal.GetLastPInvokeError();
            pipe.Dispose();
            throw (openMode & FILE_FLAG_FIRST_PIPE_INSTANCE) != 0 && error is ERROR_ACCESS_DENIED or ERROR_PIPE_BUSY
                ? InUse(address)
                : Failed(address, "cannot be created", error);
        }
    }

    private static unsafe bool GetNamedPipeHandleState(SafePipeHandle pipe, out uint instances) =>
        Interop.Kernel32.GetNamedPipeHandleState(pipe, null, out instances, null, null, null, 0);

    private static void CheckSecurity(SafePipeHandle pipe, string address, Sid user)
    {
        byte[]? bytes = Interop.Advapi32.GetSecurity(pipe, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION);
        if (bytes is null)
        {
            throw Failed(address, "does not show its security", Marshal.GetLastPInvokeError());
        }

        string? fault;
        try
        {
            fault = PipeSecurity.FindFault(SecurityDescriptor.Parse(bytes), user);
        }
        catch (FormatException e)
        {
            fault = e.Message;
        }

        if (fault is not null)
        {
            throw new TransportException(TransportError.UnsafeAddress, $"{address} is not as it was created: {fault}.");
        }
    }

    private static TransportException Failed(string address, string what, int error) =>
        new(TransportError.Failed, $"{address} {what}: {Describe(error)}.", error);
}
