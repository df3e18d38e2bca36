using System.Runtime.InteropServices;
using KeychainAuth.Daemon.Requests;

namespace KeychainAuth.Tests.Daemon.Requests;

public sealed class PassedFilesTests : IDisposable
{
    private const uint Attacker = 1000;
    private const uint Other = 1001;

    private readonly PassedFiles _passed = new();
    private readonly ManualResetEventSlim _answer = new();

    public void Dispose() => _answer.Dispose();

    [Fact]
    public async Task Close_FileSystemDoesNotAnswer_OnlyItsUserIsAskedToWait()
    {
        StubbornFile[] stubborn = [.. Enumerable.Range(0, 65).Select(_ => new StubbornFile(_answer))];
        _passed.Close(Attacker, [stubborn[0]]);
        await Waiting.UntilAsync(() => stubborn[0].IsBeingClosed);
        Assert.False(_passed.AreTooMany(Attacker));
        _passed.Close(Attacker, stubborn[1..]);
        Assert.True(_passed.AreTooMany(Attacker));
        Assert.All(stubborn[1..], file => Assert.False(file.IsBeingClosed));

        var prompt = new StubbornFile(null);
        _passed.Close(Other, [prompt]);
        await Waiting.UntilAsync(() => prompt.IsGone);
        Assert.False(_passed.AreTooMany(Other));

        _answer.Set();
        await Waiting.UntilAsync(() => Array.TrueForAll(stubborn, file => file.IsGone));
        await Waiting.UntilAsync(() => !_passed.AreTooMany(Attacker));

        // Whoever is through with them starts anew.
        var late = new StubbornFile(null);
        _passed.Close(Attacker, [late]);
        await Waiting.UntilAsync(() => late.IsGone);
    }

    [Fact]
    public void Close_Nothing_IsNothing()
    {
        _passed.Close(Attacker, []);
        Assert.False(_passed.AreTooMany(Attacker));
        Assert.False(_passed.AreTooMany(null));
    }

    /// <summary>An open file whose closing waits for an answer, like one of a FUSE file system.</summary>
    private sealed class StubbornFile(ManualResetEventSlim? answer) : SafeHandle(0, ownsHandle: true)
    {
        private volatile bool _isBeingClosed;
        private volatile bool _isGone;

        internal bool IsBeingClosed => _isBeingClosed;

        internal bool IsGone => _isGone;

        public override bool IsInvalid => false;

        protected override bool ReleaseHandle()
        {
            _isBeingClosed = true;
            answer?.Wait();
            _isGone = true;
            return true;
        }
    }
}
