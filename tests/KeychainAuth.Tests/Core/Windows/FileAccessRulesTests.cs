using KeychainAuth.Core.Windows;
using KeychainAuth.Windows;

namespace KeychainAuth.Tests.Core.Windows;

public sealed class FileAccessRulesTests
{
    private static readonly Sid User = Sid.Parse("S-1-5-21-1-2-3-1001");
    private static readonly Sid Other = Sid.Parse("S-1-5-21-1-2-3-1002");
    private static readonly Sid Everyone = Sid.Parse("S-1-1-0");

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 0)]
    public void OwnerOnly_Always_NamesUserAndSystemAndLetsNothingIn(bool isDirectory, int flags)
    {
        SecurityDescriptor security = SecurityDescriptor.Parse(FileAccessRules.OwnerOnly(User, isDirectory).ToBytes());
        Assert.Equal(User, security.Owner);
        Assert.True(security.IsProtected);
        Assert.Equal([AccessEntry.Allow(User, 0x1F01FF, (byte)flags), AccessEntry.Allow(Sid.System, 0x1F01FF, (byte)flags)], security.Access!);
        Assert.Null(FileAccessRules.FindFault(security, User, FileAccessRules.Anything));
    }

    [Theory]
    [InlineData("S-1-5-18")]
    [InlineData("S-1-5-32-544")]
    public void FindFault_SystemOrAdministratorsOwnIt_IsSafe(string owner) =>
        Assert.Null(FileAccessRules.FindFault(Owned(Sid.Parse(owner), AccessEntry.Allow(Sid.Administrators, 0x1F01FF)), User, FileAccessRules.Change));

    [Fact]
    public void FindFault_SomebodyElseOwnsIt_IsSaid()
    {
        Assert.Contains(Other.ToString(), FileAccessRules.FindFault(Owned(Other), User, FileAccessRules.Change), StringComparison.Ordinal);
        Assert.Contains("nobody", FileAccessRules.FindFault(new SecurityDescriptor { Access = [] }, User, FileAccessRules.Change), StringComparison.Ordinal);
    }

    [Fact]
    public void FindFault_NoList_IsOpenToEverybody() =>
        Assert.Contains("everybody", FileAccessRules.FindFault(new SecurityDescriptor { Owner = User }, User, FileAccessRules.Change), StringComparison.Ordinal);

    [Theory]
    [InlineData(0x2u)] // FILE_WRITE_DATA
    [InlineData(0x4u)] // FILE_APPEND_DATA
    [InlineData(0x10u)] // FILE_WRITE_EA
    [InlineData(0x40u)] // FILE_DELETE_CHILD
    [InlineData(0x100u)] // FILE_WRITE_ATTRIBUTES: turns a file into a link
    [InlineData(0x10000u)] // DELETE
    [InlineData(0x40000u)] // WRITE_DAC
    [InlineData(0x80000u)] // WRITE_OWNER
    [InlineData(0x2000000u)] // MAXIMUM_ALLOWED
    [InlineData(0x10000000u)] // GENERIC_ALL
    [InlineData(0x40000000u)] // GENERIC_WRITE
    public void FindFault_SomebodyMayChangeIt_NamesThem(uint right)
    {
        SecurityDescriptor open = Owned(User, AccessEntry.Allow(User, 0x1F01FF), AccessEntry.Allow(Everyone, right));
        Assert.Contains("S-1-1-0", FileAccessRules.FindFault(open, User, FileAccessRules.Change), StringComparison.Ordinal);
        Assert.NotNull(FileAccessRules.FindFault(open, User, FileAccessRules.Anything));
    }

    [Fact]
    public void FindFault_SomebodyMayRead_HarmsAFileAndNotAPrivateDirectory()
    {
        SecurityDescriptor readable = Owned(User, AccessEntry.Allow(Everyone, 0x120089));
        Assert.Null(FileAccessRules.FindFault(readable, User, FileAccessRules.Change));
        Assert.NotNull(FileAccessRules.FindFault(readable, User, FileAccessRules.Anything));
    }

    [Fact]
    public void FindFault_OthersMayAddNamesToADirectory_HarmsNoneThatAreThere()
    {
        // The root of a drive: authenticated users may create files and folders in it.
        SecurityDescriptor root = Owned(Sid.TrustedInstaller, AccessEntry.Allow(Sid.Parse("S-1-5-11"), 0x6), AccessEntry.Allow(Sid.Parse("S-1-5-11"), 0x1301BF, flags: 0xB));
        Assert.Null(FileAccessRules.FindFault(root, User, FileAccessRules.ReplaceContent));
        Assert.NotNull(FileAccessRules.FindFault(root, User, FileAccessRules.Change));
    }

    [Fact]
    public void FindFault_EntryOfAnotherKind_IsNotTrusted() =>
        Assert.NotNull(FileAccessRules.FindFault(Owned(User, new AccessEntry(9, 0, 0x1F01FF, null)), User, FileAccessRules.Change));

    [Fact]
    public void FindFault_RefusalsOwnerRightsAndInheritance_GrantNothing() => Assert.Null(FileAccessRules.FindFault(
        Owned(User, AccessEntry.Deny(Everyone, 0x1F01FF), AccessEntry.Allow(Sid.OwnerRights, 0x1F01FF), AccessEntry.Allow(Sid.CreatorOwner, 0x1F01FF, flags: 0xB)),
        User,
        FileAccessRules.Anything));

    [Fact]
    public void FindFault_NoUserIsTrusted_SaysThatTheUserMayChangeIt() =>
        Assert.Contains(User.ToString(), FileAccessRules.FindFault(Owned(User), user: null, FileAccessRules.Change), StringComparison.Ordinal);

    private static SecurityDescriptor Owned(Sid owner, params AccessEntry[] entries) => new() { Owner = owner, Access = entries };
}
