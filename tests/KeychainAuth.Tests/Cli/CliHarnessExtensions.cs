namespace KeychainAuth.Tests.Cli;

internal static class CliHarnessExtensions
{
    /// <summary>A program's hash, as <c>check</c> tells it.</summary>
    internal static string DoJsonHash(this CliHarness cli, string path)
    {
        Support.CommandResult result = cli.Run("check", path, "any", "--json");
        using var document = System.Text.Json.JsonDocument.Parse(result.Output);
        return document.RootElement.GetProperty("hash").GetString()!;
    }
}
