using KeychainAuth.Tests.Support;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>
/// fcntl is variadic, and on Apple silicon a variadic argument travels on the stack. Our declaration fills the registers
/// that are left over, so that the argument is the ninth. A compiler for that system shows that this is the same call.
/// </summary>
public sealed class AppleCallingConventionTests : IDisposable
{
    private const string Calls = """
        int variadic(int, int, ...);
        int filled(int, int, long, long, long, long, long, long, long);
        int plain(int, int, long);
        int call_variadic(int file, long argument) { return variadic(file, 50, argument); }
        int call_filled(int file, long argument) { return filled(file, 50, 0, 0, 0, 0, 0, 0, argument); }
        int call_plain(int file, long argument) { return plain(file, 50, argument); }
        """;

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task FCntl_AppleSilicon_ArgumentIsWhereAVariadicOneWouldBe()
    {
        Dictionary<string, string[]> code = await CompileAsync("arm64-apple-macos11");
        const string OnTheStack = "str x1, [sp]";
        Assert.Contains(OnTheStack, code["_call_variadic"]);
        Assert.Contains(OnTheStack, code["_call_filled"]);
        Assert.DoesNotContain(OnTheStack, code["_call_plain"]); // What an ordinary declaration would do.
    }

    [Fact]
    public async Task FCntl_Intel_ArgumentIsWhereAVariadicOneWouldBe()
    {
        Dictionary<string, string[]> code = await CompileAsync("x86_64-apple-macos11");
        const string InTheThirdRegister = "movq %rsi, %rdx";
        Assert.Contains(InTheThirdRegister, code["_call_variadic"]);
        Assert.Contains(InTheThirdRegister, code["_call_plain"]);
    }

    /// <summary>The instructions of each function, without layout.</summary>
    private async Task<Dictionary<string, string[]>> CompileAsync(string target)
    {
        string source = Path.Combine(_directory.Path, "calls.c");
        string output = Path.Combine(_directory.Path, "calls.s");
        await File.WriteAllTextAsync(source, Calls, TestContext.Current.CancellationToken);
        CommandResult result = await Command.RunAsync("clang", [$"--target={target}", "-ffreestanding", "-O1", "-S", "-o", output, source]);
        Assert.True(result.ExitCode == 0, result.ToString());
        Dictionary<string, string[]> functions = [];
        string name = "";
        foreach (string line in await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken))
        {
            string text = string.Join(' ', line.Split([';', '#'], 2)[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (text.EndsWith(':') && text.StartsWith('_'))
            {
                name = text.TrimEnd(':');
                functions[name] = [];
            }
            else if (name.Length > 0 && text.Length > 0)
            {
                functions[name] = [.. functions[name], text];
            }
        }

        return functions;
    }
}
