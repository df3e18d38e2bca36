using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using KeychainAuth.Plugins.StoreKeychain;
using KeychainAuth.Plugins.TransportUds;
using KeychainAuth.Plugins.VerifyMacOS;
using KeychainAuth.Tests.Support;
using Xunit;

namespace KeychainAuth.Plugins.Tests.Shimmed;

/// <summary>The code and <see cref="AppleFacts"/> say the same, and the list is whole.</summary>
public sealed partial class AppleFactsTests
{
    private const BindingFlags All = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] Plugins =
        [typeof(UdsTransportPlugin).Assembly, typeof(MacVerifierFactory).Assembly, typeof(KeychainStorePlugin).Assembly];

    /// <summary>What only the kernel uses, whose assembly is not at hand here.</summary>
    private static readonly string[] OfKernel = ["MAXPATHLEN", "PT_DENY_ATTACH", "ptrace"];

    private static IEnumerable<Type> AppleTypes => Plugins
        .Select(plugin => plugin.GetType("Interop", throwOnError: true)!)
        .SelectMany(interop => interop.GetNestedTypes(BindingFlags.NonPublic))
        .Where(type => type.Name is "LibSystem" or "LibBsm" or "CoreFoundation" or "Security");

    private static IEnumerable<Type> Structures => AppleTypes
        .SelectMany(type => type.GetNestedTypes(BindingFlags.NonPublic))
        .Concat(Plugins.Select(plugin => plugin.GetType("Interop+Libc")).OfType<Type>().SelectMany(type => type.GetNestedTypes(BindingFlags.NonPublic)).Where(type => type.Name.StartsWith("darwin_", StringComparison.Ordinal)))
        .Where(type => type.IsValueType && !type.IsEnum);

    [Fact]
    public void Constants_OfTheCode_AreThoseOfTheList()
    {
        Dictionary<string, long> listed = AppleFacts.Constants.ToDictionary(fact => fact.Name, fact => fact.Value);
        FieldInfo[] constants = [.. AppleTypes.SelectMany(type => type.GetFields(All)).Where(field => field.IsLiteral && field.FieldType != typeof(string))];
        Assert.All(constants, constant => Assert.Equal(
            (constant.Name, listed.GetValueOrDefault(constant.Name, long.MinValue)),
            (constant.Name, Convert.ToInt64(constant.GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Equal(listed.Keys.Except(OfKernel).Order(StringComparer.Ordinal), constants.Select(constant => constant.Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Structures_OfTheCode_HaveTheListedSizesAndOffsets()
    {
        Dictionary<string, long> sizes = AppleFacts.Structures.ToDictionary(fact => fact.Name, fact => fact.Value);
        Assert.All(Structures.Where(type => !type.Name.Contains('<', StringComparison.Ordinal)), type => Assert.Equal((type.Name, sizes.GetValueOrDefault(type.Name)), (type.Name, Marshal.SizeOf(type))));
        Assert.Equal(sizes.Keys.Order(StringComparer.Ordinal), Structures.Where(type => !type.Name.Contains('<', StringComparison.Ordinal)).Select(type => type.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(AppleFacts.Offsets, fact =>
        {
            string[] names = fact.Name.Split('.');
            Assert.All(Structures.Where(type => type.Name == names[0]), type => Assert.Equal((fact.Name, fact.Value), (fact.Name, (long)Marshal.OffsetOf(type, names[1]))));
        });
    }

    [Fact]
    public void Functions_ThatAreCalled_AreThoseOfTheList()
    {
        string[] called =
        [
            .. AppleTypes.Concat(Plugins.Select(plugin => plugin.GetType("Interop+Libc")).OfType<Type>())
                .SelectMany(type => type.GetMethods(All))
                .Where(method => method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
                .Select(method => method.GetCustomAttribute<DllImportAttribute>()!)
                .Where(import => import.Value.StartsWith('/'))
                .Select(import => import.EntryPoint!)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(AppleFacts.Functions.Select(fact => fact.Name).Except(OfKernel).Order(StringComparer.Ordinal), called);
    }

    [Fact]
    public void Variables_ThatAreLookedUp_AreThoseOfTheList()
    {
        string[] lookedUp =
        [
            .. Directory.GetFiles(Path.Combine(RepositoryPaths.Root, "plugins", "shared", "Interop", "OSX"), "*.constants.cs")
                .SelectMany(file => LookUp().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value)
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(AppleFacts.Variables.Select(fact => fact.Name).Order(StringComparer.Ordinal), lookedUp);
    }

    [Fact]
    public void ResultsAndFlags_OfTheCode_HaveTheListedValues() =>
        Assert.All(AppleFacts.Renamed, row => Assert.Equal((row.Fact.Name, row.Fact.Value), (row.Fact.Name, row.Ours)));

    /// <summary>The numbers are chosen at run time by the system: what the source says of macOS is what is listed.</summary>
    [Fact]
    public void Errors_OfTheSource_AreThoseOfTheList()
    {
        string source = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "plugins", "shared", "Interop", "Unix", "Interop.Errors.cs"));
        Dictionary<string, long> found = ErrorNumber().Matches(source).ToDictionary(
            match => match.Groups[1].Value, match => long.Parse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(AppleFacts.Errors.ToDictionary(fact => fact.Name, fact => fact.Value), found);
    }

    [Fact]
    public void EveryFact_NamesItsSource() => Assert.All(
        [.. AppleFacts.Constants, .. AppleFacts.Structures, .. AppleFacts.Offsets, .. AppleFacts.Functions, .. AppleFacts.Variables, .. AppleFacts.Errors, .. AppleFacts.Renamed.Select(row => row.Fact)],
        fact => Assert.Matches(@"(\.h|\(\d\))", fact.Source));

    [GeneratedRegex("""(?:Constant\(|DlSym\(Library, )"(k\w+)"\)""")]
    private static partial Regex LookUp();

    [GeneratedRegex(@"readonly int (E\w+) = OperatingSystem\.IsMacOS\(\) \? (\d+) :")]
    private static partial Regex ErrorNumber();
}
