namespace KeychainAuth.Fuzz.Targets;

/// <summary>A reader of bytes that come from elsewhere, and what must hold for all of them.</summary>
internal interface IFuzzTarget
{
    /// <summary>Its name, and that of its corpus.</summary>
    string Name { get; }

    /// <summary>Reads one input. Returns for good ones and for those that are refused properly.</summary>
    /// <exception cref="Exception">Anything at all is a finding.</exception>
    void Run(ReadOnlySpan<byte> input);
}
