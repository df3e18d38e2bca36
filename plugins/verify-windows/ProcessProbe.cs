using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KeychainAuth.Windows;
using Microsoft.Win32.SafeHandles;
using static Interop.Kernel32;

namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>Asks Windows about a process, by its handle alone.</summary>
[SupportedOSPlatform("windows")]
internal static class ProcessProbe
{
    /// <param name="handle">Opened with PROCESS_QUERY_LIMITED_INFORMATION and SYNCHRONIZE.</param>
    /// <param name="fault">Why there is no answer.</param>
    /// <returns>Null when Windows does not answer all of it.</returns>
    internal static ProcessFacts? Read(SafeHandle handle, out string? fault)
    {
        fault = null;
        bool added = false;
        try
        {
            handle.DangerousAddRef(ref added);
            using var process = new SafeProcessHandle(handle.DangerousGetHandle(), ownsHandle: false);
            uint id = GetProcessId(process);
            if (id == 0 || !GetProcessTimes(process, out Interop.FILETIME created, out _, out _, out _))
            {
                fault = $"Windows does not say which process it is: {DescribeLastError()}.";
                return null;
            }

            if (WaitForSingleObject(process, 0) != WAIT_TIMEOUT)
            {
                return new ProcessFacts(id, HasExited: true, created.Ticks, "", 0, "");
            }

            if (ProcessToken.Of(process) is not { } token)
            {
                fault = $"Windows does not say as which user process {id} runs: {DescribeLastError()}.";
                return null;
            }

            if (GetImageName(process) is not { } image)
            {
                fault = $"Windows does not say which file process {id} runs: {DescribeLastError()}.";
                return null;
            }

            return new ProcessFacts(id, HasExited: false, created.Ticks, token.User.ToString(), token.Session, image);
        }
        catch (ObjectDisposedException)
        {
            fault = "The connection has ended, and with it what named its process.";
            return null;
        }
        finally
        {
            if (added)
            {
                handle.DangerousRelease();
            }
        }
    }
}
