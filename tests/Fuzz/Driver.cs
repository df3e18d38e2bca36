using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KeychainAuth.Fuzz.Targets;
using SharpFuzz.Common;

namespace KeychainAuth.Fuzz;

/// <summary>libFuzzer in this process: native/driver.c, called with one managed target.</summary>
internal static unsafe class Driver
{
    private const int Found = 77;

    private static IFuzzTarget? _target;
    private static string _artifacts = "";

    /// <summary>Points the instrumentation to memory of its own, for running without libFuzzer.</summary>
    internal static void CountNowhere() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(1 << 16);

    /// <summary>Fuzzes; libFuzzer ends the process.</summary>
    /// <param name="target">What to run.</param>
    /// <param name="library">The built driver.</param>
    /// <param name="artifacts">Where findings go.</param>
    /// <param name="arguments">libFuzzer's own arguments.</param>
    internal static int Run(IFuzzTarget target, string library, string artifacts, IEnumerable<string> arguments)
    {
        _target = target;
        _artifacts = artifacts;
        nint driver = NativeLibrary.Load(library);
        Trace.SharedMem = ((delegate* unmanaged[Cdecl]<byte*>)NativeLibrary.GetExport(driver, "fuzz_counters"))();
        var run = (delegate* unmanaged[Cdecl]<int, byte**, delegate* unmanaged[Cdecl]<byte*, nuint, int>, byte*, int>)NativeLibrary.GetExport(driver, "fuzz_run");

        // Never freed: libFuzzer keeps them to its end, which is that of the process.
        nint[] texts = [.. arguments.Prepend(target.Name).Select(Marshal.StringToCoTaskMemUTF8), 0];
        byte** vector = (byte**)NativeMemory.Alloc((nuint)texts.Length, (nuint)sizeof(nint));
        texts.AsSpan().CopyTo(new Span<nint>(vector, texts.Length));
        return run(texts.Length - 1, vector, &RunOne, (byte*)Marshal.StringToCoTaskMemUTF8(Path.Combine(artifacts, "current")));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int RunOne(byte* data, nuint size)
    {
        var input = new ReadOnlySpan<byte>(data, (int)size);
        try
        {
            Trace.PrevLocation = 0;
            _target!.Run(input);
            return 0;
        }
#pragma warning disable CA1031 // Whatever it is, it is the finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            string path = Path.Combine(_artifacts, $"crash-{Guid.NewGuid():N}");
            File.WriteAllBytes(path, input);
            Console.Error.WriteLine($"{path}: {e}");
            Environment.Exit(Found);
            return Found;
        }
    }
}
