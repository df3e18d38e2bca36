using System.Globalization;
using System.Runtime.InteropServices;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;
using Microsoft.Win32.SafeHandles;

namespace KeychainAuth.Daemon.Keys;

/// <summary>
/// Reads a passphrase from a terminal that does not show it, or from a descriptor; never from an argument or a variable,
/// which other programs can see. It is bytes, taken as they come and never a string.
/// </summary>
internal static class Passphrase
{
    /// <summary>Fewer are refused when one is chosen: an export can be tried on as many machines as an attacker has.</summary>
    internal const int MinBytes = 12;

    private const int MaxBytes = 1024;
    private const string Terminal = "/dev/tty";

    /// <summary>Reads one that protects a new export. On a terminal it is asked for twice.</summary>
    /// <exception cref="MasterKeyException">There is none, or it is too short, or the two differ.</exception>
    internal static SecretBuffer ReadNew(int? descriptor)
    {
        SecretBuffer passphrase = descriptor is { } fd ? FromDescriptor(fd) : FromTerminal("Passphrase for the export: ");
        try
        {
            if (passphrase.Length < MinBytes)
            {
                throw new MasterKeyException($"A passphrase needs {MinBytes} bytes at least: whoever gets the export can try as often as they like. Several random words do.");
            }

            if (descriptor is null)
            {
                using SecretBuffer again = FromTerminal("Once more: ");
                if (!again.Span.SequenceEqual(passphrase.Span))
                {
                    throw new MasterKeyException("The two passphrases differ: nothing was written.");
                }
            }

            return passphrase;
        }
        catch
        {
            passphrase.Dispose();
            throw;
        }
    }

    /// <summary>Reads one that opens an export.</summary>
    /// <exception cref="MasterKeyException">There is none.</exception>
    internal static SecretBuffer Read(int? descriptor) =>
        descriptor is { } fd ? FromDescriptor(fd) : FromTerminal("Passphrase of the export: ");

    private static SecretBuffer FromDescriptor(int descriptor)
    {
        using var file = new SafeFileHandle(descriptor, ownsHandle: false);
        return ReadLine(file, string.Create(CultureInfo.InvariantCulture, $"descriptor {descriptor}"));
    }

    private static SecretBuffer FromTerminal(string prompt)
    {
        using SafeFileHandle terminal = Interop.Libc.Open(Terminal, Interop.Libc.O_RDWR);
        if (terminal.IsInvalid || Interop.Libc.TcGetAttr(terminal, out Interop.Libc.termios usual) != 0)
        {
            throw new MasterKeyException("There is no terminal to ask for the passphrase on: hand it over on a descriptor with --passphrase-fd N.");
        }

        Interop.Libc.termios quiet = usual;
        quiet.c_lflag = (quiet.c_lflag & ~Interop.Libc.ECHO) | Interop.Libc.ECHONL;

        // A person who gives up must not be left with a terminal that shows nothing.
        void Restore(PosixSignalContext? signal) => _ = Interop.Libc.TcSetAttr(terminal, Interop.Libc.TCSAFLUSH, usual);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Restore);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Restore);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Restore);
        if (Interop.Libc.TcSetAttr(terminal, Interop.Libc.TCSAFLUSH, quiet) != 0)
        {
            throw new MasterKeyException("The terminal would show the passphrase: hand it over on a descriptor with --passphrase-fd N.");
        }

        try
        {
            Console.Error.Write(prompt);
            Console.Error.Flush();
            return ReadLine(terminal, "the terminal");
        }
        finally
        {
            Restore(null);
        }
    }

    // Up to the end of the line or of the file. One byte at a time: what follows the line belongs to somebody else.
    private static SecretBuffer ReadLine(SafeFileHandle file, string from)
    {
        using var line = new SecretBuffer(MaxBytes + 1);
        int length = 0;
        while (true)
        {
            nint count = Interop.Libc.Read(file, line.Span.Slice(length, 1));
            if (count < 0)
            {
                throw new MasterKeyException($"The passphrase cannot be read from {from}: {Interop.Describe(Marshal.GetLastPInvokeError())}.");
            }

            if (count == 0 || line.Span[length] == (byte)'\n')
            {
                break;
            }

            if (++length > MaxBytes)
            {
                throw new MasterKeyException($"The passphrase is longer than {MaxBytes} bytes.");
            }
        }

        return length > 0
            ? new SecretBuffer(line.Span[..length])
            : throw new MasterKeyException($"No passphrase came from {from}.");
    }
}
