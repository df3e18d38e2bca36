using System.Buffers;

namespace KeychainAuth.Windows;

/// <summary>
/// The address of a named pipe of this machine: <c>\\.\pipe\NAME</c>. Windows allows nearly every character; here a name
/// is what can be a part of a file's name as well, because the daemon's note is kept under it.
/// </summary>
internal static class PipeAddress
{
    internal const string Prefix = @"\\.\pipe\";

    // The system's limit for the whole is 256 characters.
    private const int MaxNameLength = 200;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>The name in an address.</summary>
    /// <returns>Null when it is none.</returns>
    internal static string? NameOf(string address)
    {
        if (!address.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string name = address[Prefix.Length..];
        return name.Length is > 0 and <= MaxNameLength && name.AsSpan().IndexOfAnyExcept(NameCharacters) < 0 ? name : null;
    }

    /// <summary>What is wrong with an address, and what would be right.</summary>
    internal static string Fault(string address) =>
        $"'{address}' is not the address of a pipe: it must be {Prefix}NAME, with a name of at most {MaxNameLength} ASCII letters, digits, '-', '_' and '.'.";
}
