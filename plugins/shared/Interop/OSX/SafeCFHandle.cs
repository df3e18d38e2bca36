using System.Runtime.InteropServices;

/// <summary>
/// A Core Foundation object that we own: what functions with Create or Copy in their names give (the ownership policy of
/// Memory Management Programming Guide for Core Foundation). Released exactly once. What a Get function gives is not ours:
/// it stays a bare pointer, and is used only while the object it came from is held.
/// </summary>
internal sealed class SafeCFHandle : SafeHandle
{
    public SafeCFHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>This object.</summary>
    /// <param name="kind">What it should be, for the message.</param>
    /// <exception cref="CoreFoundationException">It could not be created.</exception>
    internal SafeCFHandle OrThrow(string kind) => IsInvalid ? throw new CoreFoundationException(kind) : this;

    protected override bool ReleaseHandle()
    {
        Interop.CoreFoundation.CFRelease(handle);
        return true;
    }
}
