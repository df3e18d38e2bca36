using System.Runtime.Versioning;
using KeychainAuth.Core.Windows;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;
using static Interop.WinNT;

namespace KeychainAuth.Client.Channels;

/// <summary>
/// Looks at the program that serves a pipe before anything is said to it: the pipe's owner, the process's user, and the
/// file it runs. Not guaranteed: that it is the daemon, unless the caller names the daemon's file. A program of our own
/// user can serve the pipe as well, where the daemon does not run.
/// </summary>
[SupportedOSPlatform("windows")]
internal static class PipeServerCheck
{
    /// <param name="pipe">The client's end.</param>
    /// <param name="address">The pipe's address, for messages.</param>
    /// <param name="expectedServer">The file that the server must run; null accepts any that no other user can change.</param>
    /// <exception cref="KeychainAuthException">Somebody else listens, or the system does not say who.</exception>
    internal static void Check(SafePipeHandle pipe, string address, string? expectedServer)
    {
        CheckOwner(pipe, address);
        using SafeProcessHandle process = OpenServer(pipe, address, out uint id);
        if (ProcessToken.Of(process) is not { } token)
        {
            throw Untrusted($"Windows does not say as which user process {id} runs, which listens on {address}: {DescribeLastError()}.");
        }

        if (!IsOurs(token.User))
        {
            throw Untrusted($"The program that listens on {address} (process {id}) runs as {token.User}, neither our own user nor the system.");
        }

        string image = GetImageName(process)
            ?? throw Untrusted($"Windows does not say which file process {id} runs, which listens on {address}: {DescribeLastError()}.");
        CheckFile(image, address, expectedServer);
    }

    private static void CheckOwner(SafePipeHandle pipe, string address)
    {
        SecurityDescriptor? security = Interop.Advapi32.GetSecurity(pipe, OWNER_SECURITY_INFORMATION) is { } bytes ? SecurityDescriptor.Parse(bytes) : null;
        if (security?.Owner is not { } owner)
        {
            throw Untrusted($"Windows does not say who owns {address}: {DescribeLastError()}.");
        }

        if (!IsOurs(owner) && !owner.Equals(Sid.Administrators))
        {
            throw Untrusted($"{address} belongs to {owner}, neither our own user nor the system.");
        }
    }

    private static SafeProcessHandle OpenServer(SafePipeHandle pipe, string address, out uint id)
    {
        if (!GetNamedPipeServerProcessId(pipe, out id))
        {
            throw Untrusted($"Windows does not say which process listens on {address}: {DescribeLastError()}.");
        }

        SafeProcessHandle process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, bInheritHandle: false, id);
        if (!process.IsInvalid)
        {
            return process;
        }

        string why = DescribeLastError();
        process.Dispose();
        throw Untrusted($"Process {id}, which listens on {address}, cannot be looked at: {why}.");
    }

    private static void CheckFile(string image, string address, string? expectedServer)
    {
        if (expectedServer is not null)
        {
            if (!string.Equals(Path.GetFullPath(expectedServer), image, StringComparison.OrdinalIgnoreCase))
            {
                throw Untrusted($"{image} listens on {address}, not {expectedServer}.");
            }

            return;
        }

        if (WindowsExposure.FindFault(image, WindowsUser.Current, FileAccessRules.Change, mustBeDirectory: false) is { } fault)
        {
            throw Untrusted($"{image}, which listens on {address}, {fault}, so that anybody may have put it there.");
        }
    }

    private static bool IsOurs(Sid user) => user.Equals(WindowsUser.Current) || user.Equals(Sid.System);

    private static KeychainAuthException Untrusted(string message) => new(KeychainAuthError.UntrustedServer, message);
}
