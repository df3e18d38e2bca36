// A program that keeps its secrets in the broker. `make demo` runs it; it is also the shortest example of the client.
using KeychainAuth.Client;
using KeychainAuth.Plugin;

const int Refused = 1;
const int Usage = 2;
const int MaxSecretBytes = 64 * 1024;

if (args is not [("read" or "write" or "watch") and var action, var service, var target])
{
    Console.Error.WriteLine("usage: demo-client read|write|watch SERVICE TARGET    (write takes the value from standard input)");
    return Usage;
}

try
{
    await using KeychainAuthClient client = await KeychainAuthClient.ConnectAsync();
    switch (action)
    {
        case "write":
            using (Secret secret = ReadSecretFromInput(target))
            {
                await client.WriteAsync(service, [secret]);
            }

            Console.WriteLine($"wrote {service}/{target}");
            break;
        case "read":
            await PrintAsync(client, service, target);
            break;
        case "watch":
            // One connection, read again for every line of input: shows that a revocation reaches it.
            do
            {
                await PrintAsync(client, service, target);
            }
            while (await Console.In.ReadLineAsync() is not null);
            break;
    }

    return 0;
}
catch (KeychainAuthException e)
{
    Console.WriteLine($"refused ({e.Reason ?? e.Error.ToString()}): {e.Message}");
    return Refused;
}
catch (InvalidDataException e)
{
    Console.Error.WriteLine(e.Message);
    return Usage;
}

static async Task PrintAsync(KeychainAuthClient client, string service, string target)
{
    IReadOnlyList<Secret> secrets = await client.ReadAsync(service, [target]);
    if (secrets.Count == 0)
    {
        Console.WriteLine($"{service}/{target} is not there");
    }

    foreach (Secret secret in secrets)
    {
        using (secret)
        using (Stream output = Console.OpenStandardOutput())
        {
            // As bytes, from the pinned buffer: the value never becomes a string.
            output.Write([.. "got "u8]);
            output.Write(secret.Value.Span);
            output.Write([.. "\n"u8]);
        }
    }
}

static Secret ReadSecretFromInput(string target)
{
    using var buffer = new SecretBuffer(MaxSecretBytes);
    using Stream input = Console.OpenStandardInput();
    int length = 0;
    for (int count; length < buffer.Length && (count = input.Read(buffer.Span[length..])) > 0;)
    {
        length += count;
    }

    // A part of a secret is worse than none.
    return length < buffer.Length
        ? new Secret(target, new SecretBuffer(buffer.Span[..length]))
        : throw new InvalidDataException($"The value must be shorter than {MaxSecretBytes} bytes.");
}
