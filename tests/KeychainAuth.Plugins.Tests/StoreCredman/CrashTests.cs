using KeychainAuth.Plugin;
using KeychainAuth.Plugins.StoreCredman;
using Xunit;

namespace KeychainAuth.Plugins.Tests.StoreCredman;

/// <summary>A writer that dies between any two steps leaves the old value or the new one, and nothing that stays for ever.</summary>
public sealed class CrashTests
{
    private const string Service = "svc";
    private const string Target = "Target";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Every pair of forms a value can have before and after: absent, plain, with attributes, in pieces.</summary>
    public static TheoryData<int, int, bool> Pairs
    {
        get
        {
            TheoryData<int, int, bool> pairs = [];
            foreach (int before in (int[])[-1, 0, 1, 2, 3])
            {
                foreach (int after in (int[])[-1, 0, 1, 2, 3])
                {
                    pairs.Add(before, after, true);
                    pairs.Add(before, after, false);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Change_DiesAtAnyStep_OldOrNewAndNothingIsLeft(int before, int after, bool keepsAttributes)
    {
        for (int step = 0; ; step++)
        {
            var credentials = new FakeCredentials { KeepsAttributes = keepsAttributes };
            await ApplyAsync(credentials, before);
            credentials.DiesAfter = credentials.Changes + step;
            bool died = false;
            try
            {
                await ApplyAsync(credentials, after);
            }
            catch (DeathException)
            {
                died = true;
            }

            credentials.DiesAfter = null;
            string? found = await ReadAsync(credentials);
            string? expectedNew = Describe(after);
            Assert.True(found == expectedNew || (died && found == Describe(before)), $"After step {step} there is neither the old value nor the new one but {found}.");

            // The next writer, of something else, sweeps what the dead one left.
            await using (CredmanStore store = Open(credentials))
            {
                using Secret other = new("other", new SecretBuffer("1"u8));
                await store.WriteAsync(Service, [other], Cancellation);
            }

            Assert.Equal(found, await ReadAsync(credentials));
            int pieces = credentials.Names.Count(name => name.StartsWith('+'));
            Assert.Equal(found is not null && found == Describe(3) ? 4 : found is not null && found == Describe(2) ? 2 : 0, pieces);
            if (!died)
            {
                return;
            }
        }
    }

    private static (byte[] Value, Dictionary<string, string> Attributes) Form(int form) => form switch
    {
        0 => ("small"u8.ToArray(), []),
        1 => ("small too"u8.ToArray(), new() { ["user"] = "zoé" }),
        2 => (Bytes(4000, 2), []),
        _ => (Bytes(9000, 3), new() { ["many"] = new string('x', 256), ["other"] = "" }),
    };

    private static string? Describe(int form)
    {
        if (form < 0)
        {
            return null;
        }

        (byte[] value, Dictionary<string, string> attributes) = Form(form);
        return Describe(value, attributes);
    }

    private static string Describe(ReadOnlySpan<byte> value, IReadOnlyDictionary<string, string> attributes) =>
        $"{Convert.ToHexString(value)} {string.Join(';', attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"))}";

    private static byte[] Bytes(int count, byte seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static async Task ApplyAsync(FakeCredentials credentials, int form)
    {
        await using CredmanStore store = Open(credentials);
        if (form < 0)
        {
            await store.DeleteAsync(Service, [Target], Cancellation);
            return;
        }

        (byte[] value, Dictionary<string, string> attributes) = Form(form);
        using Secret secret = new(Target, new SecretBuffer(value), attributes);
        await store.WriteAsync(Service, [secret], Cancellation);
    }

    private static async Task<string?> ReadAsync(FakeCredentials credentials)
    {
        await using CredmanStore store = Open(credentials);
        using Secret? secret = (await store.ReadAsync(Service, [Target], Cancellation)).SingleOrDefault();
        IReadOnlyList<SecretDescriptor> listed = await store.SearchAsync(Service, [Target], Cancellation);
        Assert.Equal(secret is null ? 0 : 1, listed.Count);
        return secret is null ? null : Describe(secret.Value.Span, secret.Attributes);
    }

    private static CredmanStore Open(FakeCredentials credentials) => new(credentials, new StoreLock(name: null), new CredmanSettings());
}
