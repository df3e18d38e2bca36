using FsCheck;
using FsCheck.Fluent;
using KeychainAuth.Windows;

namespace KeychainAuth.Tests.Core.Windows;

public sealed class SecurityDescriptorTests
{
    private static readonly Sid User = Sid.Parse("S-1-5-21-1-2-3-1001");

    [Fact]
    public void ToBytes_Whole_HasTheDocumentedLayout()
    {
        byte[] bytes = new SecurityDescriptor
        {
            Owner = Sid.System,
            IsProtected = true,
            Access = [AccessEntry.Deny(Sid.Network, 0x10000000), AccessEntry.Allow(Sid.System, 0x001F01FF, flags: 3)],
            Label = AccessEntry.Label(Sid.MediumIntegrity),
        }.ToBytes();

        // [MS-DTYP] 2.4.6: revision, control (self-relative, protected and present lists), offsets; then owner, SACL, DACL.
        Assert.Equal(
            "01001490" + "14000000" + "00000000" + "20000000" + "3c000000"
            + "010100000000000512000000"
            + "02001c0001000000" + "11001400" + "03000000" + "010100000000001000200000"
            + "0200300002000000" + "01001400" + "00000010" + "010100000000000502000000" + "00031400" + "ff011f00" + "010100000000000512000000",
            Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void Parse_WhatWasWritten_IsTheSame()
    {
        var written = new SecurityDescriptor
        {
            Owner = User,
            IsProtected = true,
            Access = [AccessEntry.Allow(User, 1), AccessEntry.Deny(Sid.TrustedInstaller, 2, flags: 8)],
            Label = AccessEntry.Label(Sid.MediumIntegrity),
        };
        SecurityDescriptor read = SecurityDescriptor.Parse(written.ToBytes());
        Assert.Equal(written.Owner, read.Owner);
        Assert.Equal(written.Access, read.Access);
        Assert.Equal(written.Label, read.Label);
        Assert.True(read.IsProtected);
    }

    [Fact]
    public void Parse_NoList_IsNotAnEmptyOne()
    {
        Assert.Null(SecurityDescriptor.Parse(new SecurityDescriptor { Owner = User }.ToBytes()).Access);
        Assert.Empty(SecurityDescriptor.Parse(new SecurityDescriptor { Owner = User, Access = [] }.ToBytes()).Access!);
    }

    [Fact]
    public void Parse_EntryOfAnotherKind_IsKeptWithoutAnIdentifier()
    {
        byte[] bytes = new SecurityDescriptor { Owner = User, Access = [AccessEntry.Allow(User, 7)] }.ToBytes();
        bytes[20 + User.Bytes.Length + 8] = 9; // ACCESS_ALLOWED_CALLBACK_ACE_TYPE
        AccessEntry entry = Assert.Single(SecurityDescriptor.Parse(bytes).Access!);
        Assert.Equal((9, 7u, null), (entry.Type, entry.Mask, entry.Sid));
    }

    [Fact]
    public void Parse_AnyBytes_AnswersOrRefuses()
    {
        byte[] whole = new SecurityDescriptor { Owner = User, Access = [AccessEntry.Allow(User, 7)], Label = AccessEntry.Label(Sid.MediumIntegrity) }.ToBytes();
        Prop.ForAll<byte, byte, ushort>((first, second, place) =>
        {
            byte[] changed = [.. whole];
            changed[place % changed.Length] = first;
            changed[place / 7 % changed.Length] = second;
            Answers(changed);
            Answers(changed[..(place % changed.Length)]);
        }).QuickCheckThrowOnFailure();
    }

    private static void Answers(byte[] bytes)
    {
        try
        {
            _ = SecurityDescriptor.Parse(bytes).Owner;
        }
        catch (FormatException)
        {
        }
    }
}
