using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace KeychainAuth.EndToEnd.Tests.Emulated.Headers;

/// <summary>
/// Everything that the product's assemblies declare of Windows: constants, structures and functions, as lines that a
/// program compiled from mingw-w64's headers can print as well.
/// </summary>
internal static class NativeDeclarations
{
    // Names that are not in the headers under this name.
    private static readonly HashSet<string> OurOwn =
    [
        "Library", "MaxImageName", "RemoteProtocolBytes", "DisableExtensionPoints", "NoRemoteImages", "NoLowMandatoryLabelImages",
    ];

    // What Interop holds of Windows: a group for each library or header, and structures that several share.
    private static readonly HashSet<string> Groups =
        ["Kernel32", "Advapi32", "Wintrust", "WinNT", "WinError", "OVERLAPPED", "FILETIME", "SECURITY_ATTRIBUTES"];

    // Core, and every plugin for Windows.
    private static readonly string[] Assemblies = ["KeychainAuth.Core", "transport-pipe", "verify-windows", "store-credman"];

    /// <summary>Reads the assemblies as the build left them, without running anything in them.</summary>
    /// <param name="output">Where the build puts each project's output.</param>
    internal static Declarations Read(string output)
    {
        string[] assemblies = [.. Assemblies.Select(name => Path.Combine(output, name, "release", name + ".dll"))];
        var declarations = new Declarations();
        var context = new AssemblyLoadContext("headers", isCollectible: false);
        foreach (string path in assemblies)
        {
            Type interop = context.LoadFromAssemblyPath(path).GetType("Interop", throwOnError: true)!;
            foreach (Type type in Nested(interop).Where(IsOfWindows))
            {
                Read(type, declarations);
            }
        }

        return declarations;
    }

    private static void Read(Type type, Declarations declarations)
    {
        const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (FieldInfo constant in type.GetFields(All).Where(f => f.IsLiteral && f.FieldType != typeof(string) && !OurOwn.Contains(f.Name)))
        {
            declarations.Constants[constant.Name] = Normalise(constant.GetRawConstantValue()!);
        }

        if (type.IsValueType)
        {
            declarations.Structures[type.Name] = new NativeStructure(
                Marshal.SizeOf(type),
                type.GetFields(All).Where(f => !f.IsStatic).ToDictionary(f => f.Name, f => (int)Marshal.OffsetOf(type, f.Name)));
        }

        foreach (MethodInfo function in type.GetMethods(All))
        {
            if (function.GetCustomAttribute<LibraryImportAttribute>() is { } import)
            {
                declarations.Functions[import.EntryPoint ?? function.Name] = string.Join(
                    ' ', function.GetParameters().Select(p => Size(p.ParameterType)).Prepend(Size(function.ReturnType)));
            }
        }
    }

    private static int Size(Type type)
    {
        if (type == typeof(void))
        {
            return 0;
        }

        if (type == typeof(bool))
        {
            return 4; // BOOL, by MarshalAs
        }

        // References, pointers, strings, spans and handles are addresses.
        return type.IsByRef || type.IsPointer || !type.IsValueType || type.IsByRefLike || type == typeof(nint) || type == typeof(nuint)
            ? 8
            : Marshal.SizeOf(type.IsEnum ? Enum.GetUnderlyingType(type) : type);
    }

    private static long Normalise(object value) => value is ulong large ? unchecked((long)large) : Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture);

    private static IEnumerable<Type> Nested(Type type) =>
        type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).SelectMany(nested => Nested(nested).Prepend(nested));

    // Core carries the declarations for other systems, too, and compilers add types of their own.
    private static bool IsOfWindows(Type type)
    {
        Type outer = type;
        while (outer.DeclaringType is { DeclaringType: not null } parent)
        {
            outer = parent;
        }

        return Groups.Contains(outer.Name) && !type.Name.Contains('<', StringComparison.Ordinal);
    }
}
