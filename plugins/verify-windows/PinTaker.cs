using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace KeychainAuth.Plugins.VerifyWindows;

/// <summary>Finds out what a process runs: one file at a time, so that somebody's 4 GB program holds up its like only.</summary>
[SupportedOSPlatform("windows")]
internal sealed class PinTaker(VerifierSettings settings) : IDisposable
{
    private const long LargeFrom = 32L << 20;

    private readonly SemaphoreSlim _small = new(1, 1);
    private readonly SemaphoreSlim _large = new(1, 1);
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="handle">The process; kept open by the caller until this ends.</param>
    /// <param name="process">What Windows said of it.</param>
    internal async Task<PinOutcome> TakeAsync(SafeHandle handle, ProcessFacts process)
    {
        FileKey? running = ImageFile.KeyAt(process.ImageName);
        if (ImageFile.IsWritable(process.ImageName))
        {
            return Refused($"{process.ImageName} can be opened for writing, so no process runs it: process {process.ProcessId} was started under that name from another file.");
        }

        using ImageFile? file = ImageFile.Open(process.ImageName, out string? fault);
        if (file is null)
        {
            return Refused(fault!);
        }

        if (file.Facts.Key != running)
        {
            return Refused($"{process.ImageName} was replaced while it was being verified; connect again.");
        }

        // The name again, now that the file can no longer be renamed.
        if (ProcessProbe.Read(handle, out fault) is not { } now)
        {
            return Refused(fault!);
        }

        if (now.HasExited)
        {
            return Refused($"Process {process.ProcessId} was gone before it could be verified.");
        }

        if (FileRules.FindFault(process.ImageName, file.Facts, now.ImageName, settings.MaxExecutableBytes) is { } refusal)
        {
            return new PinOutcome(null, refusal);
        }

        SemaphoreSlim lane = file.Facts.Key.Length >= LargeFrom ? _large : _small;
        await lane.WaitAsync(_stopping.Token).ConfigureAwait(false);
        try
        {
            string hash = await Task.Run(() => file.Hash(_stopping.Token), _stopping.Token).ConfigureAwait(false);
            return new PinOutcome(new ImagePin(process, file.Facts, hash), null);
        }
        catch (IOException e)
        {
            return Refused($"{file.Facts.Path} cannot be read: {e.Message}");
        }
        finally
        {
            lane.Release();
        }
    }

    /// <summary>Ends what is being hashed.</summary>
    public void Dispose() => _stopping.Cancel();

    private static PinOutcome Refused(string message) => new(null, Refusal.Unverifiable(message));
}
