using KeychainAuth.Core.Protocol;
using KeychainAuth.Plugin;

namespace KeychainAuth.Daemon.Requests;

/// <summary>A request and the targets it is about.</summary>
/// <param name="Request">What the client asked.</param>
/// <param name="Targets">Those it names, each once, or those its prefixes match, sorted.</param>
/// <param name="Found">What the store knows of them; empty where the request names them itself.</param>
internal readonly record struct ResolvedRequest(RequestMessage Request, IReadOnlyList<string> Targets, IReadOnlyList<SecretDescriptor> Found);
