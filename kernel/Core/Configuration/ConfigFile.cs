using KeychainAuth.Core.Files;

namespace KeychainAuth.Core.Configuration;

/// <summary>config.json on disk.</summary>
internal static class ConfigFile
{
    internal static JsonFile<ConfigDocument> At(string path) =>
        new(path, DocumentJsonContext.Documents.ConfigDocument, () => new ConfigDocument(), ConfigValidation.Check);
}
