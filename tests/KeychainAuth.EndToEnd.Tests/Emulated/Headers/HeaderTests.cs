using System.Runtime.Versioning;
using KeychainAuth.Tests.Support;

namespace KeychainAuth.EndToEnd.Tests.Emulated.Headers;

/// <summary>
/// What the product's assemblies say of Windows' interfaces is what mingw-w64's headers say: values of constants, sizes and
/// offsets of structures, and of each function the library that exports it and the sizes of result and parameters.
/// </summary>
[Collection("emulated")]
[SupportedOSPlatform("linux")]
public sealed class HeaderTests
{
    // Structures of which only the beginning is declared here.
    private static readonly string[] Partial = ["CRYPT_PROVIDER_SGNR", "CRYPT_PROVIDER_CERT"];

    [Fact]
    public async Task Declarations_OfTheProduct_AreThoseOfTheHeaders()
    {
        WinePrefix.Require();
        Declarations declarations = NativeDeclarations.Read(Path.Combine(RepositoryPaths.Root, "artifacts", "bin"));
        Assert.InRange(declarations.Constants.Count, 80, 1000);
        Assert.InRange(declarations.Structures.Count, 12, 100);
        Assert.InRange(declarations.Functions.Count, 35, 200);

        using var directory = new TestDirectory();
        string source = directory.Combine("declarations.cpp");
        string program = directory.Combine("declarations.exe");
        await File.WriteAllTextAsync(source, declarations.Program(), TestContext.Current.CancellationToken);
        CommandResult compiled = await Command.RunAsync(
            "x86_64-w64-mingw32-g++", ["-std=c++17", "-fpermissive", "-Wno-invalid-offsetof", "-static", "-o", program, source, "-ladvapi32", "-lwintrust"]);
        Assert.True(compiled.ExitCode == 0, compiled.ToString());
        CommandResult printed = await WinePrefix.RunAsync(program, [], new Dictionary<string, string>());

        string[] headers = [.. printed.Output.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(IsWhole)];
        string[] ours = [.. declarations.Lines().Where(IsWhole)];
        Assert.Empty(ours.Except(headers));
        Assert.Empty(headers.Except(ours));
    }

    private static bool IsWhole(string line) => !Partial.Any(name => line.StartsWith($"structure {name} ", StringComparison.Ordinal));
}
