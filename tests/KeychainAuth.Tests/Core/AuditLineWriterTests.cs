using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using KeychainAuth.Core.Audit;

namespace KeychainAuth.Tests.Core;

/// <summary>The writer of audit lines is written out by hand: it must leave nothing of a record out.</summary>
public sealed class AuditLineWriterTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-01-02T03:04:05Z", CultureInfo.InvariantCulture);

    [Fact]
    public void Add_RecordWithEveryPropertySet_WritesEachUnderItsName()
    {
        var record = new AuditRecord { Action = "", Result = "" };
        PropertyInfo[] properties = typeof(AuditRecord).GetProperties(BindingFlags.Public | BindingFlags.Instance);
        for (int i = 0; i < properties.Length; i++)
        {
            properties[i].SetValue(record, Distinct(properties[i].PropertyType, i + 1));
        }

        JsonElement line = Write(record);

        Assert.Equal(
            properties.Select(NameOf).Order(StringComparer.Ordinal),
            line.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        foreach (PropertyInfo property in properties.Where(p => p.Name is not (nameof(AuditRecord.Timestamp) or nameof(AuditRecord.Sequence) or nameof(AuditRecord.Previous))))
        {
            Assert.Equal(JsonSerializer.Serialize(property.GetValue(record), property.PropertyType), line.GetProperty(NameOf(property)).GetRawText());
        }
    }

    [Fact]
    public void Add_RecordWithTheLeastSet_LeavesTheRestOut() =>
        Assert.Equal(["timestamp", "action", "result", "seq", "prev"], Write(new AuditRecord { Action = "READ", Result = "GRANTED" }).EnumerateObject().Select(p => p.Name));

    private static JsonElement Write(AuditRecord record)
    {
        using var writer = new AuditLineWriter();
        writer.Add(record, Now, AuditChain.Start);
        return JsonDocument.Parse(writer.Lines.ToArray()).RootElement;
    }

    private static string NameOf(PropertyInfo property) => property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name;

    private static object Distinct(Type type, int number) =>
        type == typeof(string) ? $"text {number}"
        : type == typeof(IReadOnlyList<string>) ? (string[])[$"first {number}", $"second {number}"]
        : Convert.ChangeType(number, Nullable.GetUnderlyingType(type) ?? type, CultureInfo.InvariantCulture);
}
