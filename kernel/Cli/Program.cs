using System.Text;
using KeychainAuth.Core.Paths;

namespace KeychainAuth.Cli;

/// <summary>The command line <c>keychain-auth</c>.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            // The console shows bytes in the page of the country unless told.
            Console.OutputEncoding = new UTF8Encoding(false);
        }

        // Not Console.Out: it flushes after every write. No byte order mark, and lone surrogates become U+FFFD.
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 16 * 1024);
        using var error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false), 1024);
        error.AutoFlush = true;
        try
        {
            return Run(arguments, output, error);
        }
        catch (IOException)
        {
            // Nobody reads the output any more (a closed pipe): there is nobody left to tell.
            return ExitCode.Failure;
        }
    }

    // A program of the system's, without a home, may ask the system daemon.
    private static UserPaths Paths()
    {
        try
        {
            return UserPaths.FromEnvironment();
        }
        catch (DirectoryNotFoundException) when (SystemMode.IsChosen(null))
        {
            return SystemPaths.Daemon;
        }
    }

    private static int Run(string[] arguments, StreamWriter output, StreamWriter error)
    {
        int code;
        try
        {
            using var context = new CliContext
            {
                IsSystemMode = SystemMode.IsChosen(null),
                Paths = Paths(),
                Out = output,
                Error = error,
                Environment = Environment.GetEnvironmentVariables(),
                ProgramDirectory = AppContext.BaseDirectory,
            };
            code = CommandLine.Run(context, arguments);
        }
        catch (DirectoryNotFoundException e)
        {
            CommandLine.Complain(error, e.Message);
            code = ExitCode.Failure;
        }

        output.Flush();
        return code;
    }
}
