using System.CommandLine;
using System.CommandLine.Invocation;
using KeychainAuth.Core;

namespace KeychainAuth.Cli.Output;

/// <summary><c>--version</c>: the one line that existing programs compare.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"{ProductInfo.CommandName} version {ProductInfo.Version}");
        return ExitCode.Success;
    }
}
