namespace KeychainAuth.Plugins.VerifyLinux.Parsing;

/// <summary>
/// Device and inode of a mapped file as the maps file shows them. Mostly what stat says; on btrfs the device is the whole
/// file system's and not the subvolume's, so two files can share an identity: always compare the name too.
/// </summary>
internal readonly record struct MappingIdentity(uint DeviceMajor, uint DeviceMinor, ulong Inode);
