internal static partial class Interop
{
    /// <summary>winnt.h and winbase.h: rights, flags and identifiers that several functions share.</summary>
    internal static class WinNT
    {
        internal const uint DELETE = 0x00010000;
        internal const uint READ_CONTROL = 0x00020000;
        internal const uint WRITE_DAC = 0x00040000;
        internal const uint WRITE_OWNER = 0x00080000;
        internal const uint SYNCHRONIZE = 0x00100000;
        internal const uint MAXIMUM_ALLOWED = 0x02000000;
        internal const uint GENERIC_ALL = 0x10000000;
        internal const uint GENERIC_WRITE = 0x40000000;
        internal const uint GENERIC_READ = 0x80000000;

        internal const uint FILE_READ_DATA = 0x0001;
        internal const uint FILE_WRITE_DATA = 0x0002;
        internal const uint FILE_APPEND_DATA = 0x0004;
        internal const uint FILE_WRITE_EA = 0x0010;
        internal const uint FILE_DELETE_CHILD = 0x0040;
        internal const uint FILE_READ_ATTRIBUTES = 0x0080;
        internal const uint FILE_WRITE_ATTRIBUTES = 0x0100;
        internal const uint FILE_ALL_ACCESS = 0x001F01FF;
        internal const uint FILE_GENERIC_READ = 0x00120089;
        internal const uint FILE_GENERIC_WRITE = 0x00120116;

        internal const uint PROCESS_TERMINATE = 0x0001;
        internal const uint PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
        internal const uint PROCESS_ALL_ACCESS = 0x001FFFFF;
        internal const uint TOKEN_QUERY = 0x0008;

        internal const byte ACL_REVISION = 2;
        internal const byte ACCESS_ALLOWED_ACE_TYPE = 0x00;
        internal const byte ACCESS_DENIED_ACE_TYPE = 0x01;
        internal const byte SYSTEM_MANDATORY_LABEL_ACE_TYPE = 0x11;
        internal const byte OBJECT_INHERIT_ACE = 0x01;
        internal const byte CONTAINER_INHERIT_ACE = 0x02;
        internal const byte INHERIT_ONLY_ACE = 0x08;
        internal const uint SYSTEM_MANDATORY_LABEL_NO_WRITE_UP = 0x1;
        internal const uint SYSTEM_MANDATORY_LABEL_NO_READ_UP = 0x2;

        internal const uint SECURITY_DESCRIPTOR_REVISION = 1;
        internal const ushort SE_DACL_PRESENT = 0x0004;
        internal const ushort SE_SACL_PRESENT = 0x0010;
        internal const ushort SE_DACL_PROTECTED = 0x1000;
        internal const ushort SE_SELF_RELATIVE = 0x8000;

        internal const uint OWNER_SECURITY_INFORMATION = 0x01;
        internal const uint DACL_SECURITY_INFORMATION = 0x04;
        internal const uint LABEL_SECURITY_INFORMATION = 0x10;
        internal const uint PROTECTED_DACL_SECURITY_INFORMATION = 0x80000000;

        internal const uint FILE_ATTRIBUTE_DIRECTORY = 0x10;
        internal const uint FILE_ATTRIBUTE_NORMAL = 0x80;
        internal const uint FILE_ATTRIBUTE_REPARSE_POINT = 0x400;
        internal const uint FILE_SHARE_READ = 0x1;
        internal const uint FILE_SHARE_WRITE = 0x2;
        internal const uint FILE_SHARE_DELETE = 0x4;
    }
}
