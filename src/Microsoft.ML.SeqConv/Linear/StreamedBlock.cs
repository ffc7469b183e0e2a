using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// The features of one column while rows are read in blocks: summed, or held where there are at most as many rows as
/// features, and the rows are the smaller thing to hold. All columns of an ensemble choose their penalty by the same
/// criterion, which sums must give too, so that their errors can be compared.
/// </summary>
internal sealed class StreamedBlock : IDisposable
{
    private readonly ColumnBlock _block;
    private readonly RidgeOptions _options;
    private readonly FeatureMatrix? _held;
    private readonly FeatureMatrix? _part;          // null where the rows have no other columns
    private readonly RidgeStatistics? _sums;
    private readonly RidgeStatistics? _heldOut;

    /// <summary>Starts without rows.</summary>
    /// <param name="block">The column.</param>
    /// <param name="rows">The rows to be read.</param>
    /// <param name="numberOfTargets">Targets of an example.</param>
    /// <param name="options">Hyperparameters.</param>
    public StreamedBlock(ColumnBlock block, TrainingRows rows, int numberOfTargets, RidgeOptions options)
    {
        _block = block;
        _options = options;
        if (!RidgeFit.TooManyToHold(rows.Labels.Count, block.Length, options.AlphaSelection))
        {
            _held = new FeatureMatrix(block.Length);
            return;
        }

        _part = block.Length == rows.NumberOfFeatures ? null : new FeatureMatrix(block.Length);
        _sums = new RidgeStatistics(block.Length, numberOfTargets);
        _heldOut = options.AlphaSelection == AlphaSelection.Holdout
            ? new RidgeStatistics(block.Length, numberOfTargets)
            : null;
    }

    /// <summary>Adds rows.</summary>
    /// <param name="rows">[row, feature], of all columns.</param>
    /// <param name="targets">[row, target], row-major.</param>
    /// <param name="weights">[row], or empty.</param>
    /// <param name="heldOutWeights">[row], or empty: those of rows that the penalty is chosen on.</param>
    public void Add(FeatureMatrix rows, double[] targets, double[] weights, double[] heldOutWeights)
    {
        if (_held is not null)
        {
            rows.CopyColumns(_block.Start, _held);
            return;
        }

        FeatureMatrix own = rows;
        if (_part is not null)
        {
            _part.Clear();
            rows.CopyColumns(_block.Start, _part);
            own = _part;
        }

        _sums!.Add(own, targets, weights, _options.NumberOfThreads ?? 0);
        _heldOut?.Add(own, targets, heldOutWeights, _options.NumberOfThreads ?? 0);
    }

    /// <summary>Fits one linear function a target.</summary>
    /// <param name="targets">Makes the targets, [example, target], where rows are held.</param>
    /// <param name="weights">[example], or empty.</param>
    /// <param name="progress">Gets the fraction done.</param>
    public RidgeSolution Solve(Func<double[]> targets, double[] weights, IProgress<double> progress)
        => _held is null
            ? Ridge.Solve(_sums!, _options.Settings(), _heldOut, progress)
            : Ridge.Solve(_held, targets(), weights, _options.Settings(CriterionOfSums), progress);

    private AlphaSelection CriterionOfSums => _options.AlphaSelection == AlphaSelection.Auto
        ? AlphaSelection.GeneralizedCrossValidation
        : _options.AlphaSelection;

    public void Dispose()
    {
        _held?.Dispose();
        _part?.Dispose();
        _sums?.Dispose();
        _heldOut?.Dispose();
    }
}
