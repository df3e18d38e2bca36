using System.Globalization;
using System.Text;

namespace KeychainAuth.Benchmarks.Comparison.Report;

/// <summary>A chart of a few lines, as SVG. The vertical axis is logarithmic and in microseconds.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Axis">What the horizontal axis is.</param>
/// <param name="Ticks">The names of the places on it.</param>
internal sealed record Chart(string Title, string Axis, IReadOnlyList<string> Ticks)
{
    private const int Width = 480;
    private const int Height = 300;
    private const int Left = 60;
    private const int Right = 20;
    private const int Top = 46;
    private const int Bottom = 50;

    private static readonly string[] Colours = ["#7a7a7a", "#0b6e99", "#c2571a", "#3c8d40", "#7b4fa3", "#b3261e"];

    private readonly List<(string Name, IReadOnlyList<double> Values)> _lines = [];

    /// <summary>Adds a line with one value for each place.</summary>
    internal Chart With(string name, IEnumerable<double> values)
    {
        _lines.Add((name, [.. values]));
        return this;
    }

    /// <summary>Draws charts one below the other.</summary>
    internal static string Draw(IReadOnlyList<Chart> charts)
    {
        var svg = new StringBuilder();
        Append(svg, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width * 2}\" height=\"{Height * ((charts.Count + 1) / 2)}\" font-family=\"sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        for (int index = 0; index < charts.Count; index++)
        {
            Append(svg, $"<g transform=\"translate({index % 2 * Width},{index / 2 * Height})\">\n");
            charts[index].DrawInto(svg);
            svg.Append("</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private void DrawInto(StringBuilder svg)
    {
        double[] all = [.. _lines.SelectMany(line => line.Values).Where(value => value > 0)];
        if (all.Length == 0)
        {
            return;
        }

        double low = Math.Floor(Math.Log10(all.Min()));
        double high = Math.Max(low + 1, Math.Ceiling(Math.Log10(all.Max())));
        double Y(double value) => Height - Bottom - ((Math.Log10(value) - low) / (high - low) * (Height - Top - Bottom));
        double X(int place) => Left + (place * (double)(Width - Left - Right) / Math.Max(1, Ticks.Count - 1));

        Append(svg, $"<text x=\"{Left}\" y=\"16\" font-size=\"13\" font-weight=\"bold\">{Title}</text>\n");
        for (double power = low; power <= high; power++)
        {
            double value = Math.Pow(10, power);
            Append(svg, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):0.0}\" y2=\"{Y(value):0.0}\" stroke=\"#ddd\"/><text x=\"{Left - 6}\" y=\"{Y(value) + 4:0.0}\" text-anchor=\"end\">{value:0.###} us</text>\n");
        }

        for (int place = 0; place < Ticks.Count; place++)
        {
            if (Ticks[place].Length > 0)
            {
                Append(svg, $"<text x=\"{X(place):0.0}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{Ticks[place]}</text>\n");
            }
        }

        Append(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 14}\" text-anchor=\"middle\">{Axis}</text>\n");
        int legend = Left;
        for (int index = 0; index < _lines.Count; index++)
        {
            (string name, IReadOnlyList<double> values) = _lines[index];
            string points = string.Join(' ', values.Select((value, place) => value > 0 ? string.Create(CultureInfo.InvariantCulture, $"{X(place):0.0},{Y(value):0.0}") : ""));
            Append(svg, $"<polyline fill=\"none\" stroke=\"{Colours[index % Colours.Length]}\" stroke-width=\"1.6\" points=\"{points}\"/>\n");
            Append(svg, $"<text x=\"{legend}\" y=\"34\" fill=\"{Colours[index % Colours.Length]}\">{name}</text>\n");
            legend += (name.Length * 6) + 16;
        }
    }

    private static void Append(StringBuilder svg, FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
}
