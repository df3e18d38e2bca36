namespace PrivateLibrary;

/// <summary>Says which version is running.</summary>
public static class PrivateLibraryInfo
{
    /// <summary>Not a constant: a constant would be compiled into the caller and prove nothing.</summary>
    public static string Version =>
#if PRIVATE_LIBRARY_2
        "2";
#else
        "1";
#endif
}
