using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace KeychainAuth.Core.Files;

/// <summary>
/// A JSON document that the daemon, the command line and people with editors share. Changes are made under a lock and
/// tried again when an editor came in between. A document that cannot be parsed is never overwritten.
/// </summary>
/// <typeparam name="T">The document.</typeparam>
internal sealed class JsonFile<T>(string path, JsonTypeInfo<T> type, Func<T> empty, Action<T> validate)
    where T : class
{
    private const int MaxBytes = 16 * 1024 * 1024;

    // By time and not by number: how often an editor comes in between depends on how busy the machine is. Less than
    // others are patient with the lock that is held meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    internal string Path { get; } = path;

    /// <summary>The document as it is now; an empty one where there is no file.</summary>
    /// <exception cref="DocumentException">It is there and cannot be read as what it should be.</exception>
    internal T Read() => Parse(ReadBytes());

    /// <summary>Changes the document.</summary>
    /// <param name="change">Makes the change and returns whether there is one. May be called more than once.</param>
    /// <returns>Whether the file was written.</returns>
    /// <exception cref="DocumentException">The document cannot be read or written; the file is as it was.</exception>
    internal bool Update(Func<T, bool> change)
    {
        try
        {
            PrivateDirectory.Ensure(System.IO.Path.GetDirectoryName(Path)!);
            using var locker = new InterProcessLock(Path + ".lock");
            using InterProcessLock.Scope scope = locker.Enter();
            long start = Stopwatch.GetTimestamp();
            for (int attempt = 1; ; attempt++)
            {
                byte[]? before = ReadBytes();
                T document = Parse(before);
                if (!change(document))
                {
                    return false;
                }

                validate(document);
                if (TryReplace(before, document))
                {
                    return true;
                }

                if (attempt > 1 && Stopwatch.GetElapsedTime(start) > Patience)
                {
                    throw new DocumentException($"{Path} is being changed by another program all the time: nothing was written.");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DocumentException($"{Path} was not written: {e.Message}", e);
        }
    }

    private bool TryReplace(byte[]? before, T document)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(document, type);
        try
        {
            PrivateFile.Replace(Path, [.. json, (byte)'\n'], () =>
            {
                if (!ReadBytes().AsSpan().SequenceEqual(before))
                {
                    throw new ChangedMeanwhileException();
                }
            });
            return true;
        }
        catch (ChangedMeanwhileException)
        {
            return false;
        }
    }

    private byte[]? ReadBytes()
    {
        try
        {
            // Before the file: who may write here may put another one in its place.
            PrivateDirectory.CheckExisting(System.IO.Path.GetDirectoryName(Path)!);
            return PrivateFile.ReadAllBytes(Path, MaxBytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DocumentException($"{Path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads a document from bytes; an empty one from none.</summary>
    /// <exception cref="DocumentException">They are not what they should be.</exception>
    internal T Parse(byte[]? content)
    {
        if (content is null)
        {
            return empty();
        }

        try
        {
            T document = JsonSerializer.Deserialize(content, type)
                ?? throw new DocumentException($"{Path} holds null where a document is expected: mend it, or move it away.");
            validate(document);
            return document;
        }
        catch (JsonException e)
        {
            throw new DocumentException(
                $"{Path} cannot be parsed (line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}): mend it, or move it away. It was not changed.", e);
        }
        catch (DocumentException e) when (!e.Message.StartsWith(Path, StringComparison.Ordinal))
        {
            throw new DocumentException($"{Path}: {e.Message}", e);
        }
    }

    private sealed class ChangedMeanwhileException : Exception;
}
