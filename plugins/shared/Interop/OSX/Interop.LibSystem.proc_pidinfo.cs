using System.Runtime.InteropServices;

#pragma warning disable CS8981 // Native structures keep the names of the headers they come from.

internal static partial class Interop
{
    internal static partial class LibSystem
    {
        /// <summary>sys/proc_info.h: the process is being traced.</summary>
        internal const uint PROC_FLAG_TRACED = 2;

        /// <summary>sys/proc_info.h: the process is on its way out.</summary>
        internal const uint PROC_FLAG_INEXIT = 4;

        private const int PROC_PIDTBSDINFO = 3;

        /// <summary>struct proc_bsdinfo, sys/proc_info.h: 136 bytes.</summary>
        [StructLayout(LayoutKind.Sequential, Size = 136)]
        internal unsafe struct proc_bsdinfo
        {
            internal uint pbi_flags;
            internal uint pbi_status;
            internal uint pbi_xstatus;
            internal uint pbi_pid;
            internal uint pbi_ppid;
            internal uint pbi_uid;
            internal uint pbi_gid;
            internal uint pbi_ruid;
            internal uint pbi_rgid;
            internal uint pbi_svuid;
            internal uint pbi_svgid;
            internal uint rfu_1;
            internal fixed byte pbi_comm[16];
            internal fixed byte pbi_name[32];
            internal uint pbi_nfiles;
            internal uint pbi_pgid;
            internal uint pbi_pjobc;
            internal uint e_tdev;
            internal uint e_tpgid;
            internal int pbi_nice;
            internal ulong pbi_start_tvsec;
            internal ulong pbi_start_tvusec;
        }

        /// <summary>proc_pidinfo, libproc.h, with PROC_PIDTBSDINFO. It knows processes by number only.</summary>
        /// <returns>False with errno set (ESRCH: no such process).</returns>
        internal static unsafe bool ProcPidInfo(int processId, out proc_bsdinfo info)
        {
            proc_bsdinfo answer = default;
            int size = proc_pidinfo(processId, PROC_PIDTBSDINFO, 0, &answer, sizeof(proc_bsdinfo));
            info = answer;
            return size == sizeof(proc_bsdinfo);
        }

        [LibraryImport(Libraries.LibSystem, SetLastError = true)]
        private static unsafe partial int proc_pidinfo(int pid, int flavor, ulong arg, void* buffer, int buffersize);
    }
}
