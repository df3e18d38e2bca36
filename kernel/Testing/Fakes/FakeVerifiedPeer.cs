namespace KeychainAuth.Plugin.Testing;

/// <summary>A verified peer whose findings a test chooses.</summary>
/// <param name="executablePath">Its executable.</param>
/// <param name="sha256">The executable's hash: 64 lower-case hexadecimal digits.</param>
public sealed class FakeVerifiedPeer(string executablePath, string sha256) : VerifiedPeer
{
    private volatile bool _unchanged = true;
    private CodeInventory _code = CodeInventory.Empty;
    private volatile string? _signer;

    /// <inheritdoc/>
    public override string ExecutablePath { get; } = executablePath;

    /// <inheritdoc/>
    public override string Sha256 { get; } = sha256;

    /// <inheritdoc/>
    public override CodeInventory Code => _code;

    /// <inheritdoc/>
    public override string? SigningIdentity => _signer;

    /// <summary>Whether it was disposed.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>From now on <see cref="IsUnchangedAsync"/> answers false.</summary>
    public void Change() => _unchanged = false;

    /// <summary>From now on <see cref="SigningIdentity"/> answers this.</summary>
    /// <param name="signer">The signer; null is none.</param>
    public void SetSigner(string? signer) => _signer = signer;

    /// <summary>From now on <see cref="Code"/> answers this.</summary>
    /// <param name="code">The findings.</param>
    public void SetCode(CodeInventory code) => _code = code;

    /// <inheritdoc/>
    public override ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_unchanged);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return base.DisposeAsync();
    }
}
