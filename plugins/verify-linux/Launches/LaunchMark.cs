using KeychainAuth.Plugin;

namespace KeychainAuth.Plugins.VerifyLinux.Launches;

/// <summary>What a pin carries whose image a granted launcher became.</summary>
/// <param name="Group">The launcher's group, which the process must keep.</param>
/// <param name="Instant">
/// A monotonic instant at which the launcher was running in this process. It makes no other connection than the one it
/// asked on, so whatever connected after this instant was made by the launched image.
/// </param>
/// <param name="Script">The script that the image was given as an interpreter; null where it is none.</param>
internal sealed record LaunchMark(uint Group, long Instant, CodeFile? Script);
