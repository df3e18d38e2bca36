using System.IO.Pipes;
using System.Runtime.Versioning;
using System.Text;
using KeychainAuth.Daemon.Keys;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using KeychainAuth.Tests.Daemon.Sealing;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.Tests.Daemon.Keys;

/// <summary>The machine's keys below a directory of the test's own, sealed by the real systemd-creds with a host key of its own.</summary>
[SupportedOSPlatform("linux")]
public sealed class KeyCommandsTests : IDisposable
{
    private const string GoodPassphrase = "correct horse battery staple";

    private readonly TestDirectory _root = new();
    private readonly StringWriter _output = new();
    private readonly List<string> _records = [];
    private readonly SealedPlace _users = new();

    static KeyCommandsTests()
    {
        // The machine's own host key is not to be touched.
        string directory = Directory.CreateTempSubdirectory("keychain-auth-host-key-").FullName;
        Environment.SetEnvironmentVariable("SYSTEMD_CREDENTIAL_SECRET", Path.Combine(directory, "secret"));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
    }

    public static TheoryData<string> Kinds => ["host", MasterKeyPlace.Unsealed];

    private MasterKeyPlace Place => new(_root.Path);

    private string UnitText => File.ReadAllText(Place.DropIn);

    public void Dispose()
    {
        _root.Dispose();
        _users.Dispose();
        _output.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Init_NoKey_MakesOneThatTheUnitNamesAndNobodyElseReads(string kind)
    {
        Commands().Init(kind);
        string path = Place.Find(MasterKeys.CurrentName)!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        string setting = kind == MasterKeyPlace.Unsealed ? "LoadCredential=" : "LoadCredentialEncrypted=";
        Assert.Contains($"\n{setting}{MasterKeys.CurrentName}:/{Path.GetRelativePath(_root.Path, path)}\n", UnitText, StringComparison.Ordinal);
        using SealingKey key = Place.Read(MasterKeys.CurrentName)!;
        Assert.Equal(kind != MasterKeyPlace.Unsealed, File.ReadAllBytes(path).AsSpan().IndexOf(key.Bytes) < 0);
        Assert.Contains(key.Id.ToString(), Assert.Single(_records), StringComparison.Ordinal);

        // Again: nothing new.
        Commands().Init(kind);
        using SealingKey same = Place.Read(MasterKeys.CurrentName)!;
        Assert.Equal(key.Id, same.Id);
    }

    [Fact]
    public async Task Init_UsersHaveKeysAlready_IsRefused()
    {
        await FillAsync(SealedPlace.Key(_users.Master));
        Assert.Contains("key import", Assert.Throws<MasterKeyException>(() => Commands().Init("none")).Message, StringComparison.Ordinal);
        Assert.Null(Place.Find(MasterKeys.CurrentName));
    }

    [Fact]
    public void Read_SealedUnderAnotherName_IsRefused()
    {
        Commands().Init("host");
        string current = Place.Find(MasterKeys.CurrentName)!;
        File.Move(current, current.Replace(MasterKeys.CurrentName, MasterKeys.PreviousName, StringComparison.Ordinal));
        Assert.Throws<MasterKeyException>(() => Place.Read(MasterKeys.PreviousName));
    }

    [Fact]
    public void Find_TwoPlaces_IsRefused()
    {
        Commands().Init("host");
        Directory.CreateDirectory(_root.Combine("etc/credstore"));
        File.WriteAllBytes(_root.Combine("etc/credstore", MasterKeys.CurrentName), new byte[32]);
        Assert.Throws<MasterKeyException>(() => Place.Read(MasterKeys.CurrentName));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task RotateMaster_CutOffAtAnyStep_SecretsOpenAndItCanBeDoneAgain(int cutAfter)
    {
        Commands().Init("host");
        using (SealingKey first = Place.Read(MasterKeys.CurrentName)!)
        {
            await FillAsync(Copy(first));
        }

        int step = 0;
        Exception? cut = Record.Exception(() => Commands().RotateMaster("host", () =>
        {
            if (++step == cutAfter)
            {
                throw new IOException("The power is off.");
            }
        }));
        Assert.Equal(cutAfter < 4, cut is not null);
        await AssertOpensAsync();
        Commands().RotateMaster("host");
        await AssertOpensAsync();
        Commands().ForgetPrevious();
        await AssertOpensAsync();
        Assert.DoesNotContain(MasterKeys.PreviousName, UnitText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RotateMasterAndForget_SomeUserStillNeedsThePrevious_AreRefused()
    {
        Commands().Init("none");
        using (SealingKey first = Place.Read(MasterKeys.CurrentName)!)
        {
            await FillAsync(Copy(first));
        }

        Commands().RotateMaster("none");
        Assert.Contains("1000", Assert.Throws<MasterKeyException>(() => Commands().RotateMaster("none")).Message, StringComparison.Ordinal);
        Assert.Throws<MasterKeyException>(() => Commands().ForgetPrevious());
        Assert.Contains(MasterKeys.PreviousName, UnitText, StringComparison.Ordinal);
        await AssertOpensAsync();
        Commands().ForgetPrevious();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Import_OnAnotherMachine_OpensTheBackup(string kind)
    {
        Commands().Init("none");
        using (SealingKey first = Place.Read(MasterKeys.CurrentName)!)
        {
            await FillAsync(Copy(first));
        }

        string export = _root.Combine("export.json");
        Run(GoodPassphrase, "export", export);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(export));
        Assert.Contains("never replaces", Assert.Throws<MasterKeyException>(() => Run(GoodPassphrase, "export", export)).Message, StringComparison.Ordinal);

        // A machine without a key: it is the key.
        Directory.Delete(_root.Combine("etc"), recursive: true);
        Assert.Throws<MasterKeyException>(() => Run("a wrong passphrase", "import", export));
        Assert.Null(Place.Find(MasterKeys.CurrentName));
        Run(GoodPassphrase, "import", export, "--with-key", kind);
        await AssertOpensAsync();
        Run(GoodPassphrase, "import", export, "--with-key", kind);

        // A machine with a key of its own: it opens beside that one, which then wraps.
        Directory.Delete(_root.Combine("etc"), recursive: true);
        using (SealingKey other = SealingKey.Generate())
        {
            Place.Write(MasterKeys.CurrentName, other, "none");
        }

        Run(GoodPassphrase, "import", export, "--with-key", kind);
        await AssertOpensAsync();
        Commands().ForgetPrevious();
        await AssertOpensAsync();
    }

    [Fact]
    public void Import_KeyThatIsHereDoesNotOpen_IsReplaced()
    {
        Commands().Init("none");
        string export = _root.Combine("export.json");
        Run(GoodPassphrase, "export", export);
        using SealingKey before = Place.Read(MasterKeys.CurrentName)!;
        Place.Remove(MasterKeys.CurrentName);
        Directory.CreateDirectory(_root.Combine("etc/credstore.encrypted"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(_root.Combine("etc/credstore.encrypted", MasterKeys.CurrentName), "sealed by a TPM that is gone");
        Run(GoodPassphrase, "import", export, "--with-key", "host");
        using SealingKey after = Place.Read(MasterKeys.CurrentName)!;
        Assert.Equal(before.Id, after.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("too short")]
    public void Export_NoGoodPassphrase_IsRefusedAndWritesNothing(string passphrase)
    {
        Commands().Init("none");
        string export = _root.Combine("export.json");
        Assert.Throws<MasterKeyException>(() => Run(passphrase, "export", export));
        Assert.False(File.Exists(export));
    }

    [Fact]
    public async Task Status_Always_NamesKeysAndWhoNeedsThem()
    {
        Run(null, "status");
        Assert.Contains("master key: none", _output.ToString(), StringComparison.Ordinal);
        Commands().Init("none");
        await FillAsync(SealingKey.Generate());
        Run(null, "status");
        Assert.Contains("WHICH IS NOT HERE", _output.ToString(), StringComparison.Ordinal);
        File.WriteAllText(_users.KeyFile, "broken");
        Run(null, "status", "--json");
        string json = _output.ToString().Split("WHICH IS NOT HERE", 2)[1];
        Assert.Contains("\"user_id\": 1000", json, StringComparison.Ordinal);
        Assert.Contains("cannot be parsed", json, StringComparison.Ordinal);
    }

    private KeyCommands Commands() => new(
        Place,
        new UserKeyFiles(Path.GetDirectoryName(Path.GetDirectoryName(_users.KeyFile))!),
        TimeProvider.System,
        _output,
        deed =>
        {
            _records.Add(deed);
            return null;
        })
    {
        Cost = new Argon2Cost { MemoryKib = 64, Passes = 1 },
    };

    // The passphrase comes the way a script hands it over: from a descriptor.
    private void Run(string? passphrase, params string[] arguments)
    {
        if (passphrase is null)
        {
            Commands().Run(KeyCommandOptions.Parse(arguments));
            return;
        }

        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write(Encoding.UTF8.GetBytes(passphrase + "\nnot part of it"));
        Commands().Run(KeyCommandOptions.Parse([.. arguments, "--passphrase-fd", pipe.ClientSafePipeHandle.DangerousGetHandle().ToString()]));
    }

    // A daemon that is started now, with what the unit hands over.
    private async Task AssertOpensAsync()
    {
        await using SealedStore store = _users.Open(masters: MasterKeys.From(Place.Read(MasterKeys.CurrentName), Place.Read(MasterKeys.PreviousName)));
        Assert.Equal("value", await SealedPlace.ReadAsync(store, "aws", "prod"));
        Assert.Null(await store.Rotation.ResumeAsync(TestContext.Current.CancellationToken));
    }

    private async Task FillAsync(SealingKey master)
    {
        await using SealedStore store = _users.Open(masters: MasterKeys.From(master));
        await SealedPlace.WriteAsync(store, "aws", "prod", "value");
    }

    private static SealingKey Copy(SealingKey key) => new(new SecretBuffer(key.Bytes));
}
