using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Makes one model of the solved problems of several columns, as <see cref="RidgeFusion"/> says. Where there is a joint
/// model, it comes after those of the columns in every array.
/// </summary>
internal sealed class RidgeEnsembleFit
{
    private readonly RidgeTraining _training;
    private readonly string[] _names;
    private readonly double _weightOfJoint;
    private readonly RidgeSolution[] _solutions;
    private readonly RidgePenalty[] _penalties;
    private readonly double[][] _decisions;

    /// <param name="training">One problem a column, and one of all where there is a joint model.</param>
    /// <param name="options">Columns and hyperparameters.</param>
    public RidgeEnsembleFit(RidgeTraining training, RidgeOptions options)
    {
        RidgeFit[] fits = training.Joint is null ? training.Fits : [.. training.Fits, training.Joint];
        _training = training;
        _names = [.. options.FeatureColumns, options.JointName];
        _weightOfJoint = options.WeightOfJoint;
        _solutions = [.. fits.Select(fit => fit.Solution)];
        _penalties = [.. _solutions.Select(solution => RidgePenalty.Of(solution, options.Settings()))];
        _decisions = [.. fits.Select(fit => fit.Predictions)];
    }

    /// <summary>Classes, one function each.</summary>
    public RidgeEnsembleMulticlassModelParameters Multiclass(IHostEnvironment env, EnsembleFusion fusion)
    {
        int numberOfClasses = _decisions[0].Length / _training.Classes.Length;
        Classified classified = Classify(_decisions, numberOfClasses);
        double[] fused = Fuse(_decisions, classified, fusion, numberOfClasses);
        SoftmaxCalibration calibration = SoftmaxCalibration.Choose(
            fused, _training.Classes, _training.Weights, numberOfClasses, TemperatureOf(fused, classified));
        fused = calibration.AddOffsets(fused);
        double[] comparable = calibration.AddOffsets(
            Fuse(Array.ConvertAll(_decisions, _training.Comparable), classified, fusion, numberOfClasses));
        return new(env, ModelOf(classified, fusion, scale: 1, calibration.Offsets), calibration.Temperature,
            HeldOutScores.Accuracy(fused, _training.Classes, _training.OwnWeights),
            HeldOutScores.LogLoss(fused, _training.Classes, _training.OwnWeights, calibration.Temperature),
            LeaveOneOutProbabilities.Of(comparable, calibration.Temperature, _training.Classes, _training.OwnWeights));
    }

    /// <summary>Two classes of one function, whose values of the classes are a pair (-s, s).</summary>
    public RidgeEnsembleBinaryModelParameters Binary(IHostEnvironment env, EnsembleFusion fusion)
    {
        Classified classified = Classify([.. _decisions.Select(RidgeFusion.AsPairs)], numberOfClasses: 2);
        double[] fused = Fuse(_decisions, classified, fusion, numberOfTargets: 1);
        PlattScaling scaling = PlattScaling.Fit(
            fused, Array.ConvertAll(_training.Classes, label => label > 0), _training.Weights);
        (double scale, double offset) = (-scaling.Slope, -scaling.Offset);
        double[] pairs = RidgeFusion.AsPairs(
            Array.ConvertAll(fused, decision => (scale * decision + offset) / 2));
        return new(env, ModelOf(classified, fusion, scale, [offset]),
            HeldOutScores.Accuracy(pairs, _training.Classes, _training.OwnWeights),
            HeldOutScores.LogLoss(pairs, _training.Classes, _training.OwnWeights, temperature: 1));
    }

    /// <summary>A number.</summary>
    public RidgeEnsembleRegressionModelParameters Regression(IHostEnvironment env)
    {
        double[] weights = WithJoint(RidgeFusion.WeightsOfErrors(
            [.. _penalties.Take(_training.Fits.Length).Select(penalty => penalty.SelectionError)]));
        RidgeEnsembleBlock[] blocks =
            [.. weights.Select((weight, b) => BlockOf(b, numberOfTargets: 1, weight, default))];
        LinearModel linear = LinearModelFormat.Representable(() => Join(weights, [0]));
        double[] fused = RidgeFusion.Sum(_decisions, weights);
        return new(env, ModelOf(blocks, linear), HeldOutScores.SquaredError(
            fused, Array.ConvertAll(_training.Labels, label => (double)label), _training.Weights),
            LeaveOneOutResiduals.Of(_training.Residuals(fused), _training.OwnWeights));
    }

    private Classified Classify(double[][] decisions, int numberOfClasses)
    {
        TargetSmoothing smoothing =
            TargetSmoothing.Of(_training.Classes.Length, _training.Weights, numberOfClasses);
        double[] ownWeights = _training.OwnWeights;
        double[] temperatures = Array.ConvertAll(decisions, block
            => RidgeFusion.Temperature(block, _training.Classes, _training.Weights, smoothing));
        double[] accuracies = Array.ConvertAll(
            decisions, block => HeldOutScores.Accuracy(block, _training.Classes, ownWeights));
        double[] losses = [.. decisions.Select((block, b)
            => HeldOutScores.LogLoss(block, _training.Classes, ownWeights, temperatures[b]))];
        return new(smoothing, temperatures, accuracies, losses,
            WithJoint(RidgeFusion.WeightsOfAccuracies(accuracies[.._training.Fits.Length])));
    }

    private double[] WithJoint(double[] weights)
        => _training.Joint is null ? weights : RidgeFusion.WithJoint(weights, _weightOfJoint);

    private LinearModel Join(double[] factors, double[] offsets)
        => RidgeFusion.Join(_solutions[.._training.Fits.Length], factors, offsets, _training.Joint?.Solution);

    private RidgeEnsembleModel ModelOf(RidgeEnsembleBlock[] blocks, LinearModel linear)
        => RidgeEnsembleModel.Of(
            blocks[.._training.Fits.Length], linear, _training.Joint is null ? null : blocks[^1]);

    private double TemperatureOf(double[] fused, Classified classified)
        => RidgeFusion.Temperature(fused, _training.Classes, _training.Weights, classified.Smoothing);

    // [example, target]
    private static double[] Fuse(
        double[][] decisions, Classified classified, EnsembleFusion fusion, int numberOfTargets)
        => fusion == EnsembleFusion.Linear
            ? RidgeFusion.Sum(decisions, classified.Factors)
            : ProbabilityMixture.Mix(
                [.. decisions.Select((block, b) => Array.ConvertAll(
                    block, decision => decision / classified.Temperatures[b]))],
                classified.Weights, numberOfTargets);

    private RidgeEnsembleModel ModelOf(Classified classified, EnsembleFusion fusion, double scale, double[] offsets)
        => LinearModelFormat.Representable(() =>
        {
            int numberOfTargets = offsets.Length;
            RidgeEnsembleBlock[] blocks = [.. classified.Weights.Select((weight, b)
                => BlockOf(b, numberOfTargets, weight, new(
                    classified.Temperatures[b], classified.Accuracies[b], classified.Losses[b])))];
            if (fusion == EnsembleFusion.Linear)
            {
                return ModelOf(
                    blocks, Join(Array.ConvertAll(classified.Factors, factor => scale * factor), offsets));
            }

            LinearModel[] models = [.. _solutions.Select((solution, b) => RidgeFusion.Join(
                [solution], [1 / classified.Temperatures[b]], new double[numberOfTargets]))];
            return RidgeEnsembleModel.Of(
                blocks, new ProbabilityMixture(models, classified.Weights, scale, offsets));
        });

    private RidgeEnsembleBlock BlockOf(
        int b, int numberOfTargets, double weight, RidgeEnsembleBlock.BlockScores scores)
        => new(_names[b], _solutions[b].Coefficients.Length / numberOfTargets, _penalties[b], weight, scores);

    /// <summary>What leave-one-out says of the blocks of a classifier.</summary>
    /// <param name="Smoothing">What examples count as.</param>
    /// <param name="Temperatures">[block].</param>
    /// <param name="Accuracies">[block].</param>
    /// <param name="Losses">[block].</param>
    /// <param name="Weights">[block].</param>
    private sealed record Classified(
        TargetSmoothing Smoothing, double[] Temperatures, double[] Accuracies, double[] Losses, double[] Weights)
    {
        /// <summary>[block]: what decision values are multiplied by.</summary>
        public double[] Factors { get; } = [.. Weights.Select((weight, b) => weight / Temperatures[b])];
    }
}
