namespace KeychainAuth.Daemon.Diagnosis;

/// <summary>A place to listen that nobody else uses, in the platform's form. Gone when disposed.</summary>
internal sealed class SelfTestAddress : IDisposable
{
    private readonly DirectoryInfo? _directory;

    internal SelfTestAddress()
    {
        if (OperatingSystem.IsWindows())
        {
            Text = $@"\\.\pipe\keychain-auth-self-test-{Guid.NewGuid():N}";
            return;
        }

        // Mode 0700. Short: a socket's path may have little more than a hundred bytes.
        _directory = Directory.CreateTempSubdirectory("ka-test-");
        Text = Path.Combine(_directory.FullName, "s");
    }

    internal string Text { get; }

    public void Dispose() => _directory?.Delete(recursive: true);
}
