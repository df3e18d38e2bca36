namespace KeychainAuth.Benchmarks.Comparison.Parts;

/// <summary>A part of the table.</summary>
internal interface IPart
{
    /// <summary>Its name for <c>--only</c>.</summary>
    string Name { get; }

    Task RunAsync(BenchContext context);
}
