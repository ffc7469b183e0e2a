namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Ridge by the Gram matrix of features, C = X^T X. With N N^T = (C + alpha I)^-1 the coefficients are N N^T X^T Y, and H_ii = u_i^2 + |N^T x_i|^2.
/// </summary>
internal sealed unsafe class FeatureSystem : RidgeSystem, IDisposable
{
    private const int Block = 48;

    private readonly SquareMatrix _gram;
    private readonly SquareMatrix _lower;       // N^T, lower triangular
    private readonly CholeskyInverse _inverse;
    private readonly ParallelWork _work;
    private readonly double[] _crossProducts;   // X^T Y, [target, feature]
    private double[] _coefficients = [];

    public FeatureSystem(nint[] rows, int numberOfFeatures, double[] targets, int numberOfTargets, double[] intercept, ParallelWork work, double from, double to)
        : base(rows, numberOfFeatures, targets, numberOfTargets, intercept)
    {
        _work = work;
        _gram = new SquareMatrix(numberOfFeatures);
        _lower = new SquareMatrix(numberOfFeatures);
        _inverse = new CholeskyInverse(numberOfFeatures, work);
        Gram.AddColumns(rows, rows.Length, numberOfFeatures, _gram, work, from, to);
        for (int j = 0; j < numberOfFeatures; j++)
        {
            if (!double.IsFinite(_gram.Row(j)[j]))
                throw new ArgumentException("The features are so large that their products overflow. Set ScaleFeatures, or scale them before.", "features");
        }

        _crossProducts = TransposedProduct(targets);
    }

    public void Dispose()
    {
        _gram.Dispose();
        _lower.Dispose();
        _inverse.Dispose();
    }

    public override bool TryLeaveOneOut(double alpha, double[] errors, double from, double to)
    {
        double middle = (from + to) / 2;
        if (!_inverse.TryCompute(_gram, alpha, from, middle))
            return false;
        TransposeInverse();
        double[] coefficients = Solve();
        int blocks = (NumberOfExamples + Block - 1) / Block;
        _work.Run(blocks, middle, to, block => LeaveOut(block * Block, Math.Min(NumberOfExamples, (block + 1) * Block), coefficients, errors));
        _coefficients = coefficients;
        return true;
    }

    public override double[] Coefficients() => _coefficients;

    private void TransposeInverse()
    {
        for (int i = 0; i < NumberOfFeatures; i++)
        {
            double* row = _lower.Row(i);
            for (int j = 0; j <= i; j++)
                row[j] = _inverse.InverseTransposed.Row(j)[i];
        }
    }

    private double[] Solve()
    {
        var coefficients = new double[NumberOfTargets * NumberOfFeatures];
        var half = new double[NumberOfFeatures];
        for (int target = 0; target < NumberOfTargets; target++)
        {
            ReadOnlySpan<double> right = _crossProducts.AsSpan(target * NumberOfFeatures, NumberOfFeatures);
            for (int i = 0; i < NumberOfFeatures; i++)
            {
                half[i] = 0;
                double* row = _lower.Row(i);
                for (int j = 0; j <= i; j++)
                    half[i] += row[j] * right[j];
            }

            Span<double> solution = coefficients.AsSpan(target * NumberOfFeatures, NumberOfFeatures);
            for (int i = 0; i < NumberOfFeatures; i++)
            {
                double* row = _inverse.InverseTransposed.Row(i);
                double sum = 0;
                for (int j = i; j < NumberOfFeatures; j++)
                    sum += row[j] * half[j];
                solution[i] = sum;
            }
        }

        return coefficients;
    }

    private void LeaveOut(int first, int end, double[] coefficients, double[] errors)
    {
        double[] leverages = Leverages(first, end);
        for (int i = first; i < end; i++)
        {
            var row = new ReadOnlySpan<float>((float*)Rows[i], NumberOfFeatures);

            // An example that alone decides its own prediction has no residual either.
            double left = Math.Max(1e-12, 1 - Intercept[i] * Intercept[i] - leverages[i - first]);
            for (int target = 0; target < NumberOfTargets; target++)
            {
                double residual = Targets[i * NumberOfTargets + target];
                ReadOnlySpan<double> coefficient = coefficients.AsSpan(target * NumberOfFeatures, NumberOfFeatures);
                for (int j = 0; j < row.Length; j++)
                    residual -= coefficient[j] * row[j];
                errors[i * NumberOfTargets + target] = residual / left;
            }
        }
    }

    // |N^T x_i|^2 for the examples from first to before end.
    private double[] Leverages(int first, int end)
    {
        int count = end - first;
        long stride = _lower.Stride;
        var examples = new PinnedBuffer<double>(count * stride);
        var products = new PinnedBuffer<double>(count * Block);
        nint* rows = stackalloc nint[Block];
        for (int i = 0; i < count; i++)
        {
            double* example = examples.Pointer + i * stride;
            rows[i] = (nint)example;
            for (int j = 0; j < NumberOfFeatures; j++)
                example[j] = ((float*)Rows[first + i])[j];
        }

        var leverages = new double[count];
        nint* columns = stackalloc nint[Block];
        for (int j0 = 0; j0 < NumberOfFeatures; j0 += Block)
        {
            int width = Math.Min(Block, NumberOfFeatures - j0);
            for (int j = 0; j < width; j++)
                columns[j] = (nint)_lower.Row(j0 + j);
            products.Span.Clear();
            RowProduct.Add((double**)rows, 0, count, (double**)columns, 0, width, 0, j0 + width, products.Pointer, Block, sign: 1, lower: false);
            for (int i = 0; i < count; i++)
            {
                for (int j = 0; j < width; j++)
                    leverages[i] += products.Pointer[i * Block + j] * products.Pointer[i * Block + j];
            }
        }

        return leverages;
    }
}
