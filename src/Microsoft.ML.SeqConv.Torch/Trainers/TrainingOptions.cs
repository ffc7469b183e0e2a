using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// How a network is trained; the options of every network: classifiers, regressors, forecasts and WaveNet.
/// </summary>
public abstract class TrainingOptions
{
    private protected TrainingOptions()
    {
    }

    /// <summary>
    /// The column of example weights (Single, zero or more); <see langword="null"/> weighs all alike. A row of weight 0
    /// is left out, with a warning. The loss of an example counts by the weight of its row: in forecasts all windows
    /// of a series have the weight of its row, in WaveNet all pieces of a clip.
    /// </summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>Passes over the training rows, from 1.</summary>
    [Range(25, 1500, init: 200, logBase: true)]
    public virtual int NumberOfEpochs { get; set; }

    /// <summary>Sequences of one step, from 1. A last batch of one joins the batch before.</summary>
    [Range(8, 128, init: 64, logBase: true)]
    public virtual int BatchSize { get; set; }

    /// <summary>The learning rate of the first epoch, positive.</summary>
    [Range(1e-4, 1e-2, init: 1e-3, logBase: true)]
    public virtual double LearningRate { get; set; }

    /// <summary>How the learning rate changes.</summary>
    public LearningRateSchedule Schedule { get; set; } = LearningRateSchedule.Constant;

    /// <summary>The largest norm of all gradients of a step together; 0 for no limit.</summary>
    public double ClipNorm { get; set; }

    /// <summary>
    /// The fraction of rows, from 0 to below 1, that are not learned from but choose the best epoch, drawn so that
    /// classes keep their shares. 0: the best epoch is chosen by the training rows. Not used where <c>Fit</c> is
    /// given validation rows.
    /// </summary>
    public virtual double ValidationFraction { get; set; }

    /// <summary>
    /// Epochs without a better one after which training ends; 0 for never. The best epoch's weights are kept in any
    /// case.
    /// </summary>
    public virtual int Patience { get; set; }

    /// <summary>What the best epoch is the best by.</summary>
    public BestEpoch BestBy { get; set; }

    /// <summary>
    /// Seed of first weights, order and dropout. Default <see langword="null"/>: one draw from the context when the
    /// trainer is made. A seed gives the same weights for the same number of threads on the same processor.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>
    /// Threads that one operation may use, at least 1. Default <see langword="null"/>: libtorch's, one a processor or
    /// what OMP_NUM_THREADS says.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>
    /// The CUDA device. Default <see langword="null"/>: <see cref="MLContext.GpuDeviceId"/>, and where that is unset
    /// the
    /// CPU.
    /// </summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>
    /// Whether the CPU is used where the device is not there; else that is an error. Default <see langword="null"/>:
    /// <see cref="MLContext.FallbackToCpu"/>.
    /// </summary>
    public bool? FallbackToCpu { get; set; }

    /// <summary>
    /// A folder for checkpoints, one file a network; <see langword="null"/> (default): none are written.
    /// </summary>
    public string? CheckpointFolder { get; set; }

    /// <summary>Epochs from checkpoint to checkpoint, from 1. Default 10.</summary>
    public int CheckpointEvery { get; set; } = 10;

    /// <summary>
    /// The folder of checkpoints that training goes on from, <see langword="null"/> (default) for none. With the same
    /// options, rows and number of threads the weights in the end are those of a training that was never stopped. Files
    /// that are not there yet are passed over, and so is a missing folder that is <see cref="CheckpointFolder"/> too.
    /// </summary>
    public string? ResumeFrom { get; set; }

    /// <summary>Checks the options and copies them, so that later changes have no effect.</summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    internal virtual TrainingOptions CheckedCopy()
    {
        Validate();
        return (TrainingOptions)MemberwiseClone();
    }

    private protected virtual void Validate()
    {
        ArgumentNullException.ThrowIfNull(Schedule);
        Guard.Within(NumberOfEpochs, 1, 1_000_000);
        Guard.Within(BatchSize, 1, 1_000_000);
        Guard.AtLeast(Patience, 0);
        Guard.AtLeast(CheckpointEvery, 1);
        Guard.Within(NumberOfThreads, 1, 1024);
        Guard.Positive(LearningRate);
        Guard.Limit(ClipNorm);
        Guard.Fraction(ValidationFraction);
        Guard.Defined(BestBy);
    }
}
