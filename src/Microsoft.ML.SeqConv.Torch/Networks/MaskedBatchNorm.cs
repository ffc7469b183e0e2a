using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// Batch normalisation whose means and variances are over points of series, not over padding. Without a mask, and in
/// scoring, it is the ordinary one.
/// </summary>
internal sealed class MaskedBatchNorm : nn.Module<Tensor, Tensor?, Tensor>
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    private readonly BatchNorm1d _norm;

    public MaskedBatchNorm(int channels, Device? device)
        : base(nameof(MaskedBatchNorm))
    {
        _norm = nn.BatchNorm1d(channels, eps: Epsilon, momentum: Momentum, device: device);
        register_module("norm", _norm);
    }

    public override Tensor forward(Tensor x, Tensor? mask)      // [N, channels, T]
    {
        using var scope = NewDisposeScope();
        Tensor normal = mask is null || !training ? Normalize(x) : NormalizeOwnPoints(x, mask);
        return Masking.Zero(normal, mask).MoveToOuterDisposeScope();
    }

    // What the module's own forward does, which counts batches by a scalar that a collection may free
    // before it is read.
    private Tensor Normalize(Tensor x)
    {
        if (training)
        {
            using var held = new HeldScalars();
            using IDisposable constant = no_grad();
            _norm.num_batches_tracked!.add_(held.Of(1L), held.Of(1L));
        }

        return nn.functional.batch_norm(
            x, _norm.running_mean!, _norm.running_var!, _norm.weight!, _norm.bias!, training, Momentum, Epsilon);
    }

    private Tensor NormalizeOwnPoints(Tensor x, Tensor mask)
    {
        using var held = new HeldScalars();
        Tensor count = mask.sum();
        Tensor mean = (x * mask).sum([0, 2], keepdim: true) / count;                        // [1, channels, 1]
        Tensor centred = (x - mean) * mask;
        // [1, channels, 1]
        Tensor variance = HeldScalars.Square(centred).sum([0, 2], keepdim: true) / count;
        using (no_grad())
        {
            // Running variances are unbiased, as PyTorch's are.
            _norm.running_mean!.lerp_(mean.flatten(), Momentum);
            _norm.running_var!.lerp_(
                (variance * count / count.sub(held.Of(1L)).clamp_min(held.Of(1L))).flatten(), Momentum);
            _norm.num_batches_tracked!.add_(held.Of(1L), held.Of(1L));
        }

        Tensor normal = centred / variance.add(held.Of(Epsilon), held.Of(1L)).sqrt();
        return HeldScalars.Sum(normal * _norm.weight!.view(1, -1, 1), _norm.bias!.view(1, -1, 1));
    }

    /// <summary>Writes the scoring of [N, channels, T] as ONNX nodes.</summary>
    public string Write(GraphWriter graph, string name, string input)
        => NetworkGraph.Normalization(graph, name, input, _norm);

    // TorchSharp would register each field once more, by the field's name.
    protected override void RegisterComponents()
    {
    }
}
