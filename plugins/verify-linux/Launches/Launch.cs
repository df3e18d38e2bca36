using KeychainAuth.Plugins.VerifyLinux.Pins;

namespace KeychainAuth.Plugins.VerifyLinux.Launches;

/// <summary>
/// A granted launch that is waited for: the first image other than the launcher's that is found in the process settles
/// it, one way or the other. <see cref="Gate"/> is held while an image is looked at, so that no two looks at one process
/// end in two pins, of which only one carries the mark.
/// </summary>
internal sealed class Launch(ProcessPin launcher, ExecutableFile program, LaunchMark mark)
{
    private bool _settled;
    private Refusal? _refusal;

    /// <summary>Never disposed: it holds nothing, and somebody may still wait at it.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public int ProcessId => launcher.ProcessId;

    public ulong? UniqueNumber => launcher.UniqueNumber;

    /// <summary>Whether the process that asked still exists; another one may have its number otherwise.</summary>
    public bool IsProcessAlive => launcher.IsProcessAlive();

    /// <summary>Marks a pin as launched if it is what was granted. The gate is held.</summary>
    /// <returns>Null where the pin is marked, or why not.</returns>
    public Refusal? Settle(ProcessPin pin)
    {
        if (pin.Launch == mark)
        {
            return null;
        }

        if (_settled || !IsProcessAlive)
        {
            return _refusal ?? Refusal.Unverifiable("Another program was found in the process before, or the process is gone.");
        }

        if (pin.Executable.Key.IsSameFileAs(launcher.Executable.Key))
        {
            return Refusal.Unverifiable("The process still runs the launcher.");
        }

        if (launcher.IsAskedTwice)
        {
            return Refusal.Unverifiable("Somebody else had asked in the launcher's name before.");
        }

        _settled = true;
        _refusal = IsGranted(pin.Executable)
            ? pin.Mark(mark)
            : Refusal.Unverifiable($"The process runs {pin.Executable.Path} as it is now, and {program.Path} as it was then was granted.");
        return _refusal;
    }

    private bool IsGranted(ExecutableFile found) =>
        found.Key.IsSameFileAs(program.Key) && found.Path == program.Path && found.Sha256 == program.Sha256;
}
