using System.Diagnostics;
using KeychainAuth.Daemon.Sealing;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Keys;

/// <summary>
/// systemd-creds(1): seals a credential with the machine's TPM2, its host key, or both, so that only this machine's
/// service manager opens it. Keys pass through pipes, never through a file or an argument.
/// </summary>
internal static class CredentialSealer
{
    private const string Program = "/usr/bin/systemd-creds";
    private const string HostKeyVariable = "SYSTEMD_CREDENTIAL_SECRET";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Whether there is one here: it came with systemd 250.</summary>
    internal static bool IsHere => File.Exists(Program);

    /// <summary>Seals a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="name">The credential's name, which is bound to it.</param>
    /// <param name="withKey">What to seal with: <c>auto</c>, <c>tpm2</c>, <c>host</c> or <c>host+tpm2</c>.</param>
    /// <returns>The sealed credential, as text.</returns>
    /// <exception cref="MasterKeyException">It could not be sealed.</exception>
    internal static byte[] Seal(SealingKey key, string name, string withKey)
    {
        using SecretBuffer output = Run(["encrypt", $"--with-key={withKey}", $"--name={name}", "-", "-"], key.Bytes, $"sealed with {withKey}");
        return output.Span.ToArray();
    }

    /// <summary>Opens a sealed credential.</summary>
    /// <returns>The key; the caller disposes it.</returns>
    /// <exception cref="MasterKeyException">It does not open here.</exception>
    internal static SealingKey Open(ReadOnlySpan<byte> credential, string name)
    {
        SecretBuffer output = Run(["decrypt", $"--name={name}", "-", "-"], credential, "opened");
        if (output.Length == SealingKey.Length)
        {
            return new SealingKey(output);
        }

        output.Dispose();
        throw new MasterKeyException($"The credential {name} holds {output.Length} bytes instead of a key of {SealingKey.Length}.");
    }

    private static SecretBuffer Run(string[] arguments, ReadOnlySpan<byte> input, string what)
    {
        if (!IsHere)
        {
            throw new MasterKeyException($"{Program} is missing (it comes with systemd 250 and later), so the key cannot be {what}: use a root-only file with '--with-key none'.");
        }

        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string? hostKey = System.Environment.GetEnvironmentVariable(HostKeyVariable);
        start.Environment.Clear();
        if (hostKey is not null)
        {
            start.Environment[HostKeyVariable] = hostKey;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.BaseStream.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read all; its exit code and words say why.
        }

        SecretBuffer output = ReadToEnd(process.StandardOutput.BaseStream);
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            output.Dispose();
            throw new MasterKeyException($"{Program} did not end within {Patience.TotalMinutes:0} minutes: the key was not {what}.");
        }

        if (process.ExitCode == 0)
        {
            return output;
        }

        output.Dispose();
        throw new MasterKeyException($"The key could not be {what}: {string.Join(' ', error.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))}");
    }

    private static SecretBuffer ReadToEnd(Stream stream)
    {
        // A sealed key is some hundred bytes.
        using var whole = new SecretBuffer(64 * 1024);
        int length = 0;
        while (length < whole.Length)
        {
            int count = stream.Read(whole.Span[length..]);
            if (count == 0)
            {
                break;
            }

            length += count;
        }

        return new SecretBuffer(whole.Span[..length]);
    }
}
