using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Plugins;

/// <summary>Reads a plugin's manifest from its metadata. No code of the assembly is loaded or run.</summary>
internal static class PluginManifestReader
{
    /// <exception cref="PluginException">The file is no assembly, or carries no manifest of ours that makes sense.</exception>
    internal static PluginManifest Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Read(path, stream);
        }
        catch (IOException e)
        {
            throw new PluginException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <exception cref="PluginException">It is no assembly, or carries no manifest of ours that makes sense.</exception>
    internal static PluginManifest Read(string path, Stream content)
    {
        try
        {
            using var image = new PEReader(content);
            if (!image.HasMetadata)
            {
                throw new PluginException($"{path} is not a .NET assembly.");
            }

            return Read(path, image.GetMetadataReader());
        }
        catch (Exception e) when (e is not PluginException)
        {
            // BadImageFormatException is what is documented, but for bytes that only pretend the reader throws others too.
            throw new PluginException($"{path} is not a .NET assembly.", e);
        }
    }

    private static PluginManifest Read(string path, MetadataReader metadata)
    {
        if (!metadata.IsAssembly)
        {
            throw new PluginException($"{path} is a module, not an assembly.");
        }

        AssemblyDefinition assembly = metadata.GetAssemblyDefinition();
        foreach (CustomAttributeHandle handle in assembly.GetCustomAttributes())
        {
            CustomAttribute attribute = metadata.GetCustomAttribute(handle);
            if (IsManifest(metadata, attribute))
            {
                return Decode(path, attribute.DecodeValue(new AttributeTypes()), assembly.Version.ToString());
            }
        }

        throw new PluginException($"{path} carries no [assembly: KeychainAuthPlugin(...)].");
    }

    private static bool IsManifest(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference)
        {
            return false;
        }

        EntityHandle parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        if (parent.Kind != HandleKind.TypeReference)
        {
            return false;
        }

        TypeReference type = metadata.GetTypeReference((TypeReferenceHandle)parent);
        return type.ResolutionScope.Kind == HandleKind.AssemblyReference
            && metadata.StringComparer.Equals(type.Name, nameof(KeychainAuthPluginAttribute))
            && metadata.StringComparer.Equals(type.Namespace, typeof(KeychainAuthPluginAttribute).Namespace!);
    }

    private static PluginManifest Decode(string path, CustomAttributeValue<string> value, string version)
    {
        T? Named<T>(string name) =>
            value.NamedArguments.FirstOrDefault(a => a.Name == name).Value is T found ? found : default;

        if (value.FixedArguments is not [{ Value: int kind }, { Value: string id }, { Value: string entryType }]
            || !Enum.IsDefined((PluginKind)kind))
        {
            throw new PluginException($"{path} has a manifest whose kind, id or entry type makes no sense.");
        }

        return new PluginManifest
        {
            Kind = (PluginKind)kind,
            Id = id,
            EntryType = entryType,
            Contract = Named<int>(nameof(KeychainAuthPluginAttribute.Contract)),
            ContractMinor = Named<int>(nameof(KeychainAuthPluginAttribute.ContractMinor)),
            OperatingSystems = Split(Named<string>(nameof(KeychainAuthPluginAttribute.OperatingSystems))),
            Requires = Split(Named<string>(nameof(KeychainAuthPluginAttribute.Requires))),
            Priority = Named<int>(nameof(KeychainAuthPluginAttribute.Priority)),
            Version = version,
        };
    }

    private static string[] Split(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Types as their names: all the decoder needs to know is that our enumeration is an int.</summary>
    private sealed class AttributeTypes : ICustomAttributeTypeProvider<string>
    {
        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

        public string GetSystemType() => "System.Type";

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
        {
            TypeDefinition type = reader.GetTypeDefinition(handle);
            return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            TypeReference type = reader.GetTypeReference(handle);
            return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        }

        public string GetTypeFromSerializedName(string name) => name.Split(',')[0];

        public PrimitiveTypeCode GetUnderlyingEnumType(string type) => PrimitiveTypeCode.Int32;

        public bool IsSystemType(string type) => type == "System.Type";
    }
}
