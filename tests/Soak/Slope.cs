namespace KeychainAuth.Soak;

/// <summary>A straight line through samples, by least squares.</summary>
/// <param name="PerHour">How much it rises in an hour.</param>
/// <param name="Mean">Its middle.</param>
internal readonly record struct Slope(double PerHour, double Mean)
{
    internal static Slope Of(IReadOnlyList<Sample> samples, Func<Sample, double> value)
    {
        double meanX = samples.Average(s => s.Minute);
        double meanY = samples.Average(value);
        double spread = samples.Sum(s => (s.Minute - meanX) * (s.Minute - meanX));
        double together = samples.Sum(s => (s.Minute - meanX) * (value(s) - meanY));
        return new Slope(spread == 0 ? 0 : together / spread * 60, meanY);
    }
}
