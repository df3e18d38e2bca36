using System.Runtime.InteropServices;

// A library beside the plugin, or in the current directory, must never stand in for one of Windows.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
