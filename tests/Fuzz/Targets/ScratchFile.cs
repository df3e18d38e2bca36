using KeychainAuth.Core.Files;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Fuzz.Targets;

/// <summary>A file for readers that read files: the same one for every input.</summary>
internal sealed class ScratchFile : IDisposable
{
    // scripts/fuzz points TMPDIR to memory, and clears it: libFuzzer ends the process without a word to .NET.
    private readonly string _directory = Directory.CreateTempSubdirectory("keychain-auth-fuzz-").FullName;

    internal ScratchFile()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        PrivateFile.Create(Path).Dispose();
        Handle = PrivateFile.OpenExisting(Path, FileAccess.ReadWrite)!;
    }

    internal string Path => System.IO.Path.Combine(_directory, "file");

    internal SafeFileHandle Handle { get; private set; }

    /// <summary>Makes the input the content of the file.</summary>
    internal void Fill(ReadOnlySpan<byte> input)
    {
        RandomAccess.SetLength(Handle, 0);
        RandomAccess.Write(Handle, input, 0);
    }

    public void Dispose()
    {
        Handle.Dispose();
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }
}
