namespace Microsoft.ML.SeqConv;

/// <summary>
/// The lengths of all series of a file, and how many end in missing values: only the whole file shows
/// padding from gaps.
/// </summary>
internal sealed class LengthSurvey
{
    private const int Differ = 0;
    private const int RowToGap = 10;

    private long _rows;
    private long _endInSeparator;
    private long _endInMoreMissing;
    private long _endInMissing;
    private int _longestRun;
    private int? _width;        // points of every row; Differ where rows differ
    private int? _length;       // the same without missing values at the end

    /// <summary>Takes a row in.</summary>
    /// <param name="points">Points a channel.</param>
    /// <param name="trailingMissing">How many of the last are missing.</param>
    /// <param name="endsInSeparator">Whether the last of these is an empty cell.</param>
    public void Add(int points, int trailingMissing, bool endsInSeparator)
    {
        _rows++;
        _endInSeparator += endsInSeparator ? 1 : 0;
        _endInMoreMissing += trailingMissing > 1 ? 1 : 0;
        _endInMissing += trailingMissing > 0 ? 1 : 0;
        _longestRun = Math.Max(_longestRun, trailingMissing);
        _width = _width is null || _width == points ? points : Differ;
        _length = _length is null || _length == points - trailingMissing ? points - trailingMissing : Differ;
    }

    /// <summary>
    /// Whether every row ends in a separator: then it ends the line, and no value is missing behind it.
    /// </summary>
    public bool AllEndInSeparator => _rows > 0 && _endInSeparator == _rows;

    private int LastCell => AllEndInSeparator ? 1 : 0;

    /// <summary>The length of all rows; 0 where they differ or there are none.</summary>
    /// <param name="withoutTrailing">Whether missing values at the end do not count.</param>
    public int Common(bool withoutTrailing) => withoutTrailing ? _length ?? Differ : Width;

    /// <summary>
    /// Whether missing values at the end of rows are padding, see <see cref="TrailingMissing.Auto"/>.
    /// </summary>
    public bool IsPadded(SeriesFileOptions options) => options.TrailingMissing switch
    {
        TrailingMissing.Padding => true,
        TrailingMissing.Gap => false,
        // Rows of unequal width are not padded, and those as wide as the series of a model are whole.
        _ => Width > Differ && Width != options.SeriesLength
            && (EndInMissing > _rows / 2 || _longestRun - LastCell > Math.Max(1, Width / RowToGap)),
    };

    private int Width => _width is > Differ and int width ? width - LastCell : Differ;

    private long EndInMissing => AllEndInSeparator ? _endInMoreMissing : _endInMissing;
}
