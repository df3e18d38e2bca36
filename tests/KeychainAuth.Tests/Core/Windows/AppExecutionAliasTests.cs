using System.Buffers.Binary;
using System.Text;
using KeychainAuth.Core.Windows;

namespace KeychainAuth.Tests.Core.Windows;

public sealed class AppExecutionAliasTests
{
    private const string Target = @"C:\Program Files\WindowsApps\Vendor.App_1.0_x64\app.exe";

    [Fact]
    public void FindTarget_Alias_IsTheProgramOfThePackage() => Assert.Equal(Target, AppExecutionAlias.FindTarget(Alias(AppExecutionAlias.Tag, 3, "Vendor.App_1", "Vendor.App_1!App", Target, "0")));

    [Fact]
    public void FindTarget_AnythingElse_IsNone()
    {
        Assert.Null(AppExecutionAlias.FindTarget(Alias(0xA000000C, 3, "a", "b", Target, "0")));
        Assert.Null(AppExecutionAlias.FindTarget(Alias(AppExecutionAlias.Tag, 4, "a", "b", Target, "0")));
        Assert.Null(AppExecutionAlias.FindTarget(Alias(AppExecutionAlias.Tag, 3, "a", "b", "app.exe", "0")));
        Assert.Null(AppExecutionAlias.FindTarget(Alias(AppExecutionAlias.Tag, 3, "a", "b")));
        byte[] whole = Alias(AppExecutionAlias.Tag, 3, "a", "b", Target, "0");
        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.Null(AppExecutionAlias.FindTarget(whole.AsSpan(0, length))));
    }

    private static byte[] Alias(uint tag, uint version, params string[] parts)
    {
        byte[] text = Encoding.Unicode.GetBytes(string.Concat(parts.Select(part => part + "\0")));
        byte[] bytes = new byte[12 + text.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, tag);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), (ushort)(4 + text.Length));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), version);
        text.CopyTo(bytes, 12);
        return bytes;
    }
}
