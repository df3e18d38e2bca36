using System.Security.Cryptography;
using KeychainAuth.Core.Executables;
using KeychainAuth.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Tests.Core;

public sealed class ContentScanTests : IDisposable
{
    private const string BundleMark = "8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae";

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    // Offsets around the edges of the windows that the file is read in.
    [Theory]
    [InlineData(8)]
    [InlineData(262_100)]
    [InlineData(262_144)]
    [InlineData(262_150)]
    [InlineData(524_280)]
    public void Of_MarkAnywhere_IsFoundAndTheHashIsTheWholeFiles(int offset)
    {
        byte[] mark = Convert.FromHexString(BundleMark);
        byte[] content = new byte[600_000];
        mark.CopyTo(content, offset);
        ContentScan scan = Scan(content);
        Assert.Equal(ContentMarks.DotNetAppHost, scan.Marks);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), scan.Digest);

        content[offset - 8] = 1;
        Assert.Equal(ContentMarks.DotNetBundle, Scan(content).Marks);
    }

    [Theory]
    [InlineData("NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0", ContentMarks.Node)]
    [InlineData("NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1", ContentMarks.NodeApplication)]
    [InlineData("NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2", ContentMarks.None)]
    [InlineData("nothing of the kind", ContentMarks.None)]
    [InlineData("", ContentMarks.None)]
    internal void Of_NodesFuse_TellsWhetherAnApplicationIsInside(string content, ContentMarks expected)
    {
        Assert.Equal(expected, Scan(System.Text.Encoding.ASCII.GetBytes(content)).Marks);
        Assert.Equal(expected, Scan([.. new byte[262_120], .. System.Text.Encoding.ASCII.GetBytes(content)]).Marks);
    }

    [Fact]
    public void Of_RealAppHost_IsRecognised()
    {
        // This test program is started by one.
        using SafeFileHandle file = File.OpenHandle(Path.Combine(AppContext.BaseDirectory, "KeychainAuth.Tests"));
        Assert.Equal(ContentMarks.DotNetAppHost, ContentScan.Of(file).Marks);
    }

    [Fact]
    public void Of_ThisProgramsOwnLibrary_IsNotTakenForARuntime()
    {
        using SafeFileHandle file = File.OpenHandle(typeof(ContentScan).Assembly.Location);
        Assert.Equal(ContentMarks.None, ContentScan.Of(file).Marks);
    }

    private ContentScan Scan(byte[] content)
    {
        string path = _directory.Combine("file");
        File.WriteAllBytes(path, content);
        using SafeFileHandle file = File.OpenHandle(path);
        return ContentScan.Of(file);
    }
}
