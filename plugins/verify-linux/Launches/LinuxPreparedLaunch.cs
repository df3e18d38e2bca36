using System.Globalization;
using KeychainAuth.Plugin;
using KeychainAuth.Plugins.VerifyLinux.Pins;

namespace KeychainAuth.Plugins.VerifyLinux.Launches;

/// <summary>A program that a launcher has opened and that was verified.</summary>
internal sealed class LinuxPreparedLaunch(
    LinuxPeerVerifier verifier, PeerCredentials credentials, ProcessPin launcher, ExecutableFile program, LaunchMark mark) : PreparedLaunch
{
    private readonly Launch _launch = new(launcher, program, mark);
    private bool _isGranted;

    public override string ExecutablePath => program.Path;

    public override string Sha256 => program.Sha256;

    public override CodeFile? Script => mark.Script;

    public override IReadOnlyDictionary<string, string> Evidence
    {
        get
        {
            var evidence = new Dictionary<string, string>
            {
                ["file_system"] = program.FileSystem.Name,
                ["owner"] = program.Owner.ToString(CultureInfo.InvariantCulture),
                ["mode"] = Convert.ToString(program.Permissions, 8).PadLeft(4, '0'),
            };
            if (launcher.ReadCommandLine() is { } arguments)
            {
                evidence["command_line"] = arguments;
            }

            return evidence;
        }
    }

    public override void Grant()
    {
        _isGranted = true;
        verifier.Launches.Add(_launch);
    }

    public override async ValueTask<string?> CompleteAsync(CancellationToken cancellationToken) => _isGranted
        ? (await verifier.SettleAsync(credentials, _launch, cancellationToken).ConfigureAwait(false))?.Message
        : "The launch was not granted.";

    public override ValueTask DisposeAsync()
    {
        verifier.Launches.Remove(_launch);
        return base.DisposeAsync();
    }
}
