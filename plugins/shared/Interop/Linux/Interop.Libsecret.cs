internal static partial class Interop
{
    internal static partial class Libsecret
    {
        /// <summary>libsecret 1: sessions with a Secret Service, and secrets in memory that is not paged out.</summary>
        private const string Library = "libsecret-1.so.0";
    }
}
