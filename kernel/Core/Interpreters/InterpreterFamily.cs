namespace KeychainAuth.Core.Interpreters;

/// <summary>Names under which programs go that run other people's instructions.</summary>
internal static class InterpreterFamily
{
    private const string ProgramEnding = ".exe";

    // A name, or a name and a version: python3.11, lua5.4, perl-5.36, tclsh8.6.
    private static readonly (string Name, string Family)[] Versioned =
    [
        ("python", "python"), ("pypy", "python"), ("micropython", "python"),
        ("node", "node"), ("nodejs", "node"), ("deno", "deno"), ("bun", "bun"), ("qjs", "javascript"), ("gjs", "javascript"),
        ("ruby", "ruby"), ("irb", "ruby"), ("jruby", "ruby"), ("perl", "perl"), ("php", "php"), ("php-cgi", "php"), ("php-fpm", "php"),
        ("java", "java"), ("javaw", "java"), ("jshell", "java"), ("dotnet", "dotnet"), ("mono", "dotnet"), ("mono-sgen", "dotnet"),
        ("lua", "lua"), ("luajit", "lua"), ("texlua", "lua"), ("tclsh", "tcl"), ("wish", "tcl"), ("expect", "tcl"),
        ("guile", "scheme"), ("racket", "scheme"), ("rscript", "R"), ("julia", "julia"), ("octave", "octave"),
        ("octave-cli", "octave"), ("ocaml", "ocaml"), ("sbcl", "lisp"), ("clisp", "lisp"), ("swipl", "prolog"),
        ("erl", "erlang"), ("beam.smp", "erlang"), ("pwsh", "PowerShell"), ("wasmtime", "WebAssembly"), ("wasmer", "WebAssembly"),
        ("awk", "awk"), ("gawk", "awk"), ("mawk", "awk"), ("nawk", "awk"), ("original-awk", "awk"),
        ("gdb", "debugger"), ("lldb", "debugger"), ("gdbserver", "debugger"), ("lldb-server", "debugger"),
        ("busybox", "busybox"), ("toybox", "toybox"), ("coreutils", "coreutils"), ("env", "env"),
        ("box64", "emulator"), ("box86", "emulator"), ("fexinterpreter", "emulator"),
        ("sh", "shell"), ("bash", "shell"), ("rbash", "shell"), ("dash", "shell"), ("zsh", "shell"), ("fish", "shell"),
        ("powershell", "PowerShell"), ("powershell_ise", "PowerShell"), ("cmd", "shell"), ("wscript", "Windows Script Host"),
        ("cscript", "Windows Script Host"), ("mshta", "Windows Script Host"), ("rundll32", "library host"), ("regsvr32", "library host"),
        ("installutil", "dotnet"), ("msbuild", "dotnet"), ("pythonw", "python"), ("py", "python"), ("pyw", "python"), ("wsl", "wsl"),
        ("ksh", "shell"), ("mksh", "shell"), ("csh", "shell"), ("tcsh", "shell"), ("ash", "shell"), ("nu", "shell"),
    ];

    // Whole families: whatever follows.
    private static readonly (string Prefix, string Family)[] Prefixes =
    [
        ("wine", "wine"), ("qemu-", "qemu"), ("ld-linux", "dynamic loader"), ("ld-musl", "dynamic loader"),
        ("ld.so", "dynamic loader"), ("ld64.so", "dynamic loader"), ("ld-2.", "dynamic loader"),
    ];

    /// <returns>The family a file name belongs to, or null.</returns>
    internal static string? Of(string fileName)
    {
        if (fileName == "R")
        {
            // Only so: r2 and its like are other programs.
            return "R";
        }

        string name = fileName.ToLowerInvariant();
        if (name.EndsWith(ProgramEnding, StringComparison.Ordinal))
        {
            name = name[..^ProgramEnding.Length];
        }

        foreach ((string prefix, string family) in Prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return family;
            }
        }

        foreach ((string known, string family) in Versioned)
        {
            if (name.StartsWith(known, StringComparison.Ordinal) && IsVersion(name.AsSpan(known.Length)))
            {
                return family;
            }
        }

        return null;
    }

    /// <summary>Nothing, or a version such as <c>3</c>, <c>3.11</c>, <c>3.13t</c>, <c>-5.36</c>, <c>3.11-dbg</c>.</summary>
    private static bool IsVersion(ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty)
        {
            return true;
        }

        int digits = rest[0] is '-' or '_' ? 1 : 0;
        int end = digits;
        while (end < rest.Length && (char.IsAsciiDigit(rest[end]) || rest[end] == '.'))
        {
            end++;
        }

        ReadOnlySpan<char> tail = rest[end..];
        return end > digits && (tail.IsEmpty || tail[0] is '-' or '_' || tail is "d" or "m" or "t" or "w");
    }
}
