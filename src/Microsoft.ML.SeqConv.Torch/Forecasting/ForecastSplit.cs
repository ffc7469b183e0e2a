namespace Microsoft.ML.SeqConv;

/// <summary>Windows of series, split by time.</summary>
/// <param name="Train">Windows whose horizon ends before the points that are held back.</param>
/// <param name="Validation">Windows whose horizon lies in those points.</param>
/// <param name="All">Every window.</param>
internal sealed record ForecastSplit(
    (int Series, int Start)[] Train, (int Series, int Start)[] Validation, (int Series, int Start)[] All)
{
    /// <summary>The same without windows that are constant, which have no scale.</summary>
    public ForecastSplit WithoutConstants(IReadOnlyList<float[]> series, ForecastSettings settings)
    {
        bool Varies((int Series, int Start) window)
            => WindowScale.Of(series[window.Series].AsSpan(window.Start, settings.WindowSize)).Spread > 0;
        return new([.. Train.Where(Varies)], [.. Validation.Where(Varies)], [.. All.Where(Varies)]);
    }

    /// <param name="series">Points of each; every one has room for a window and a horizon.</param>
    /// <param name="settings">Sizes.</param>
    /// <param name="fraction">
    /// The fraction of each series that is held back, at least a horizon; 0 for none. A series that has no window left
    /// then is learned from whole.
    /// </param>
    public static ForecastSplit ByTime(IReadOnlyList<float[]> series, ForecastSettings settings, double fraction)
    {
        var train = new List<(int, int)>();
        var validation = new List<(int, int)>();
        var all = new List<(int, int)>();
        int whole = settings.WindowSize + settings.Horizon;
        for (int i = 0; i < series.Count; i++)
        {
            int length = series[i].Length;
            int held = fraction == 0 ? 0 : Math.Max(settings.Horizon, (int)(fraction * length));
            if (length - held < whole)
                held = 0;
            for (int start = 0; start + whole <= length; start++)
            {
                all.Add((i, start));
                if (start + whole <= length - held)
                    train.Add((i, start));
                else if (start + settings.WindowSize >= length - held)
                    validation.Add((i, start));
            }
        }

        return new([.. train], [.. validation], [.. all]);
    }
}
