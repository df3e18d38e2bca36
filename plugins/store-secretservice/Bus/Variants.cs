using System.Runtime.InteropServices;
using static Interop.GLib;

namespace KeychainAuth.Plugins.StoreSecretService.Bus;

/// <summary>
/// Makes and reads the values of D-Bus messages. What is made of other values takes these over and disposes them.
/// </summary>
internal static class Variants
{
    internal const string StringsType = "a{ss}";

    internal static SafeVariantHandle Text(string text) => VariantRefSink(VariantNewString(text));

    internal static SafeVariantHandle ObjectPath(string path) => VariantRefSink(VariantNewObjectPath(path));

    internal static SafeVariantHandle Boolean(bool value) => VariantRefSink(VariantNewBoolean(value ? 1 : 0));

    internal static SafeVariantHandle UInt32(uint value) => VariantRefSink(VariantNewUInt32(value));

    internal static SafeVariantHandle Box(SafeVariantHandle value)
    {
        using (value)
        {
            return VariantRefSink(VariantNewVariant(value));
        }
    }

    internal static SafeVariantHandle Entry(SafeVariantHandle key, SafeVariantHandle value)
    {
        using (key)
        using (value)
        {
            return VariantRefSink(VariantNewDictEntry(key, value));
        }
    }

    internal static unsafe SafeVariantHandle Tuple(params ReadOnlySpan<SafeVariantHandle> children) => Container(
        children, (pointers, count) => VariantNewTuple((nint*)pointers, count));

    internal static unsafe SafeVariantHandle Array(string childType, params ReadOnlySpan<SafeVariantHandle> children) => Container(
        children, (pointers, count) => VariantNewArray(childType, (nint*)pointers, count));

    internal static SafeVariantHandle ObjectPaths(IEnumerable<string> paths) => Array("o", [.. paths.Select(ObjectPath)]);

    internal static SafeVariantHandle Strings(IEnumerable<KeyValuePair<string, string>> pairs) =>
        Array("{ss}", [.. pairs.Select(pair => Entry(Text(pair.Key), Text(pair.Value)))]);

    internal static string ToText(SafeVariantHandle value) => Marshal.PtrToStringUTF8(VariantGetString(value, 0))!;

    /// <summary>The text of a child that is a string or an object path.</summary>
    internal static string ChildText(SafeVariantHandle container, int index)
    {
        using SafeVariantHandle child = VariantGetChildValue(container, (nuint)index);
        return ToText(child);
    }

    /// <summary>The texts of a child that is an array of strings or object paths.</summary>
    internal static string[] ChildTexts(SafeVariantHandle container, int index)
    {
        using SafeVariantHandle child = VariantGetChildValue(container, (nuint)index);
        return ToTexts(child);
    }

    internal static string[] ToTexts(SafeVariantHandle array)
    {
        var texts = new string[(int)VariantNChildren(array)];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = ChildText(array, i);
        }

        return texts;
    }

    internal static Dictionary<string, string> ToStrings(SafeVariantHandle dictionary)
    {
        nuint count = VariantNChildren(dictionary);
        var strings = new Dictionary<string, string>((int)count, StringComparer.Ordinal);
        for (nuint i = 0; i < count; i++)
        {
            using SafeVariantHandle entry = VariantGetChildValue(dictionary, i);
            strings[ChildText(entry, 0)] = ChildText(entry, 1);
        }

        return strings;
    }

    /// <summary>What is boxed in a child; the caller disposes it.</summary>
    internal static SafeVariantHandle Unbox(SafeVariantHandle container, int index)
    {
        using SafeVariantHandle box = VariantGetChildValue(container, (nuint)index);
        return VariantGetVariant(box);
    }

    internal static bool Is(SafeVariantHandle value, string type) => VariantIsOfType(value, type) != 0;

    private static unsafe SafeVariantHandle Container(ReadOnlySpan<SafeVariantHandle> children, Func<nint, nuint, nint> create)
    {
        var pointers = new nint[children.Length];
        for (int i = 0; i < pointers.Length; i++)
        {
            pointers[i] = children[i].DangerousGetHandle();
        }

        fixed (nint* first = pointers)
        {
            SafeVariantHandle container = VariantRefSink(create((nint)first, (nuint)pointers.Length));
            foreach (SafeVariantHandle child in children)
            {
                child.Dispose();
            }

            return container;
        }
    }
}
