using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.RedTeam;

/// <summary>Rows 12 and 13: programs whose file says little about the code they run.</summary>
[SupportedOSPlatform("linux")]
public sealed class InterpreterRows(RedTeamFixture fixture) : RedTeamTest(fixture)
{
    private static readonly string[] Interpreters =
    [
        "/usr/bin/perl", "/usr/bin/python3", "/usr/bin/node", "/bin/sh", "/bin/bash", "/bin/dash", "/usr/bin/awk", "/usr/bin/env",
        "/usr/bin/gdb", "/usr/bin/busybox", "/usr/bin/ruby", "/usr/bin/php", "/usr/bin/java", "/usr/bin/dotnet",
        "/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1",
    ];

    // Names they go by where they are installed.
    private static readonly string[] Names =
    [
        "python", "python2", "python2.7", "python3", "python3.11", "python3.13t", "python3-dbg", "python3.12d", "pypy3", "pypy3.10", "micropython",
        "node", "nodejs", "node18", "node-20", "deno", "bun", "qjs", "gjs", "ruby", "ruby3.1", "irb", "jruby", "perl", "perl5.36.0", "perl-5.36",
        "php", "php8.2", "php-cgi", "php-fpm8.2", "java", "javaw", "jshell", "dotnet", "mono", "mono-sgen", "lua", "lua5.4", "luajit", "luajit-2.1.0",
        "texlua", "tclsh", "tclsh8.6", "wish8.6", "expect", "guile", "guile-3.0", "racket", "Rscript", "R", "julia", "octave", "octave-cli", "ocaml",
        "sbcl", "clisp", "swipl", "erl", "beam.smp", "pwsh", "wasmtime", "wasmer", "awk", "gawk", "mawk", "nawk", "original-awk", "gdb", "lldb",
        "lldb-14", "gdbserver", "busybox", "toybox", "coreutils", "env", "sh", "bash", "rbash", "dash", "zsh", "zsh5", "fish", "ksh", "ksh93", "mksh",
        "csh", "tcsh", "ash", "nu", "wine", "wine64", "wine-preloader", "wine64-preloader", "wineloader", "box64", "qemu-x86_64", "qemu-aarch64-static",
        "qemu-arm", "ld-linux.so.2", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "ld-musl-x86_64.so.1", "ld.so", "ld64.so.2", "ld-2.31.so",
        "PYTHON3", "Python", "Java", "BASH",
    ];

    [Fact]
    public async Task Row12_InterpreterRegistered_IsRefusedWithAnExplanation()
    {
        // What the refusal keeps a person from: once perl is approved, every script has its secrets.
        string script = Path.Combine(await Naive.DirectoryAsync(), "script.pl");
        await File.WriteAllTextAsync(script, """
            use IO::Socket::UNIX;
            for (1 .. $ARGV[1]) {
                my $s = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $ARGV[0]) or die;
                print $s qq({"type":"REQUEST","action":"read","service":"vault","targets":["token"]}\n);
                $s->flush;
                print "heard ", scalar <$s>;
            }
            """, TestContext.Current.CancellationToken);
        await Naive.GiveAsync(script);
        await Naive.Daemon.CliOkAsync("register", "/usr/bin/perl", "--allow-interpreter", "--read", "vault");
        AttackResult naive = await Naive.AttackAsync("perl", script, Naive.Daemon.Socket, TriesText);

        List<string> candidates = await CandidatesAsync();
        int accepted = 0;
        foreach (string candidate in candidates)
        {
            CommandResult result = await UserMode.Daemon.CliAsync("register", candidate, "--read", "vault");
            accepted += result.ExitCode == 0 ? 1 : 0;
            Assert.Contains("--allow-interpreter", result.Error, StringComparison.Ordinal);
        }

        Assert.True(candidates.Count >= Tries, $"Only {candidates.Count} ways were tried.");
        Stops("12", "an interpreter is registered (naive: any script of an approved one)", naive, new AttackResult(accepted, ""), null, candidates.Count);
    }

    /// <summary>The interpreters of this machine by many ways, and a program under every name there is.</summary>
    private async Task<List<string>> CandidatesAsync()
    {
        string directory = await UserMode.DirectoryAsync();
        var candidates = new List<string>();
        foreach (string interpreter in Interpreters.Where(File.Exists))
        {
            string[] links = [.. Enumerable.Range(0, 3).Select(number => Path.Combine(directory, $"mytool{candidates.Count + number}"))];
            File.CreateSymbolicLink(links[0], interpreter);
            File.CreateSymbolicLink(links[1], links[0]);
            File.CreateSymbolicLink(links[2], Path.GetRelativePath(directory, interpreter));
            string folder = Path.Combine(directory, $"folder{candidates.Count}");
            Directory.CreateSymbolicLink(folder, Path.GetDirectoryName(interpreter)!);
            string name = Path.GetFileName(interpreter);
            candidates.AddRange([interpreter, .. links, Path.Combine(folder, name), Path.Combine(folder, ".", name)]);
        }

        string program = await Fixture.ApprovedAsync();
        foreach (string name in Names)
        {
            string file = Path.Combine(Directory.CreateDirectory(Path.Combine(directory, $"named{candidates.Count}")).FullName, name);
            File.Copy(program, file);
            string link = Path.Combine(directory, $"mytool{candidates.Count}");
            File.CreateSymbolicLink(link, file);
            candidates.AddRange([file, link]);
        }

        string script = Path.Combine(directory, "own-script");
        await File.WriteAllTextAsync(script, "#!/usr/bin/env python3\nprint('hello')\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        candidates.Add(script);

        // An applet of a program with many faces.
        string applet = Path.Combine(directory, "ls");
        File.CreateSymbolicLink(applet, candidates.Find(c => c.EndsWith("/busybox", StringComparison.Ordinal))!);
        candidates.Add(applet);
        await UserMode.GiveAsync(directory);
        return candidates;
    }

    [Fact]
    public async Task Row13_AssemblyBesideAnApprovedHostReplaced_IsFound()
    {
        const int Few = 40; // Starting the runtime takes a while; the attack itself is tried in full.
        async Task<(int Honest, AttackResult Got)> Attack(AttackedDaemon daemon, int tries)
        {
            string program = await daemon.InstallTreeAsync(await Fixture.HostedClientAsync());
            await daemon.Daemon.CliOkAsync("register", program, "--read", "vault");
            string run = $"'{program}' read vault token";
            await daemon.RepeatAsync(run, 1);

            // Where its first connection was refused for the assemblies beside it, a person now approves these.
            string hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(program, TestContext.Current.CancellationToken)));
            await daemon.Daemon.CliAsync("approve", hash, program);
            CommandResult honest = await daemon.RepeatAsync(run, Few);
            await ReplaceAsync(Path.ChangeExtension(program, ".dll"), daemon);
            CommandResult attack = await daemon.RepeatAsync(run, tries);
            return (
                honest.Output.Split('\n').Count(line => line == $"got {daemon.Canary}"),
                AttackResult.Of(attack.Output.Replace("refused (", "\"reason\":\"", StringComparison.Ordinal).Replace("): ", "\"", StringComparison.Ordinal), $"GOT {daemon.Canary}"));
        }

        AttackResult naive = (await Attack(Naive, Few)).Got;
        (int honest, AttackResult userMode) = await Attack(UserMode, Tries);
        Stops("13", $"another .dll beside an approved .NET host (naive: of {Few})", naive, userMode, (honest, Few));
    }

    /// <summary>Another program in the place of app.dll.</summary>
    private static async Task ReplaceAsync(string assembly, AttackedDaemon daemon)
    {
        byte[] code = SayingGot(await File.ReadAllBytesAsync(assembly, TestContext.Current.CancellationToken));
        File.Delete(assembly);
        await File.WriteAllBytesAsync(assembly, code, TestContext.Current.CancellationToken);
        await daemon.GiveAsync(assembly);
    }

    /// <summary>The demo client changed into another program: one that says GOT where the approved one says got.</summary>
    internal static byte[] SayingGot(byte[] assembly)
    {
        int at = assembly.AsSpan().IndexOf("got "u8);
        Assert.True(at >= 0, "The assembly does not hold its message as bytes.");
        byte[] changed = [.. assembly];
        Encoding.ASCII.GetBytes("GOT ").CopyTo(changed, at);
        return changed;
    }
}
