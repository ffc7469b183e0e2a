namespace Microsoft.ML.SeqConv;

/// <summary>
/// The lengths of all series of a file, and how many end in missing values: only the whole file tells padding from gaps.
/// </summary>
internal sealed class LengthSurvey
{
    private const int Differ = 0;
    private const int RowToGap = 10;

    private long _rows;
    private long _endInMissing;
    private int _longestRun;
    private int? _width;        // points of every row; Differ where rows differ
    private int? _length;       // the same without missing values at the end

    /// <summary>Takes a row in.</summary>
    /// <param name="points">Points a channel.</param>
    /// <param name="trailingMissing">How many of the last are missing.</param>
    public void Add(int points, int trailingMissing)
    {
        _rows++;
        _endInMissing += trailingMissing > 0 ? 1 : 0;
        _longestRun = Math.Max(_longestRun, trailingMissing);
        _width = _width is null || _width == points ? points : Differ;
        _length = _length is null || _length == points - trailingMissing ? points - trailingMissing : Differ;
    }

    /// <summary>The length of all rows; 0 where they differ or there are none.</summary>
    /// <param name="withoutTrailing">Whether missing values at the end do not count.</param>
    public int Common(bool withoutTrailing) => (withoutTrailing ? _length : _width) ?? Differ;

    /// <summary>Whether missing values at the end of rows are padding, see <see cref="TrailingMissing.Auto"/>.</summary>
    public bool IsPadded(SeriesFileOptions options) => options.TrailingMissing switch
    {
        TrailingMissing.Padding => true,
        TrailingMissing.Gap => false,
        // Rows of unequal width are not padded, and those as wide as the series of a model are whole.
        _ => _width is > Differ and int width && width != options.SeriesLength
            && (_endInMissing > _rows / 2 || _longestRun > Math.Max(1, width / RowToGap)),
    };
}
