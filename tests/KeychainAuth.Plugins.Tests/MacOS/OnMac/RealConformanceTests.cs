using System.Runtime.Versioning;
using KeychainAuth.Plugins.Tests.MacOS;

namespace KeychainAuth.Plugins.Tests.OnMac;

// Only these are compiled for macOS alone; their suites are compiled everywhere, so that they cannot rot.

/// <summary>Real.</summary>
[SupportedOSPlatform("macos")]
public sealed class KeychainConformanceTests : RealKeychainConformance;

/// <summary>Real.</summary>
[SupportedOSPlatform("macos")]
public sealed class TransportConformanceTests : RealTransportConformance;

/// <summary>Real.</summary>
[SupportedOSPlatform("macos")]
public sealed class VerifierConformanceTests : RealVerifierConformance;
