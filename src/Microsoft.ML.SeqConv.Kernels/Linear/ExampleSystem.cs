namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Ridge by the Gram matrix of examples, K = X X^T. With G = (K + alpha I)^-1 and D = G Y, the coefficients are X^T D, and the leave-one-out error of example
/// i is D_i / G_ii, since both Y - H Y and 1 - H_ii have the factor alpha. The intercept's direction u is taken out of G: K is given a large eigenvalue
/// c along u, whose share of G_ii, u_i^2 / (c + alpha), is subtracted.
/// </summary>
internal sealed unsafe class ExampleSystem : RidgeSystem, IDisposable
{
    private readonly SquareMatrix _gram;
    private readonly CholeskyInverse _inverse;
    private readonly ParallelWork _work;
    private readonly double _interceptEigenvalue;
    private double[] _dual = [];
    private bool _isExact;

    public ExampleSystem(nint[] rows, int numberOfFeatures, double[] targets, int numberOfTargets, double[] intercept, ParallelWork work, double from, double to)
        : base(rows, numberOfFeatures, targets, numberOfTargets, intercept)
    {
        _work = work;
        _gram = new SquareMatrix(rows.Length);
        _inverse = new CholeskyInverse(rows.Length, work);
        Gram.AddRows(rows, rows.Length, numberOfFeatures, _gram, work, from, to);
        double trace = 0;
        for (int i = 0; i < rows.Length; i++)
            trace += _gram.Row(i)[i];
        if (!double.IsFinite(trace))
            throw new ArgumentException("The features are so large that their products overflow. Set ScaleFeatures, or scale them before.", "features");
        _interceptEigenvalue = Math.Max(1, trace / rows.Length);
        AddIntercept();
    }

    public void Dispose()
    {
        _gram.Dispose();
        _inverse.Dispose();
    }

    public override bool TryLeaveOneOut(double alpha, double[] errors, double from, double to)
    {
        if (!_inverse.TryCompute(_gram, alpha, from, to))
        {
            // Rounding of the float32 products made a nearly singular matrix indefinite: they are made anew in float64.
            if (_isExact)
                return false;
            _isExact = true;
            _gram.Clear();
            Gram.AddRowsExactly(Rows, NumberOfExamples, NumberOfFeatures, _gram, _work, from, to);
            AddIntercept();
            if (!_inverse.TryCompute(_gram, alpha, from, to))
                return false;
        }

        double[] dual = Solve();
        for (int i = 0; i < NumberOfExamples; i++)
        {
            double diagonal = 0;
            double* row = _inverse.InverseTransposed.Row(i);
            for (int j = i; j < NumberOfExamples; j++)
                diagonal += row[j] * row[j];
            double share = diagonal - Intercept[i] * Intercept[i] / (_interceptEigenvalue + alpha);

            // An example that alone decides its own prediction has no share left, and no error either.
            bool decidesItself = share <= 1e-12 * diagonal;
            for (int target = 0; target < NumberOfTargets; target++)
                errors[i * NumberOfTargets + target] = decidesItself ? Targets[i * NumberOfTargets + target] : dual[i * NumberOfTargets + target] / share;
        }

        _dual = dual;
        return true;
    }

    public override double[] Coefficients() => TransposedProduct(_dual);

    private void AddIntercept()
    {
        for (int i = 0; i < NumberOfExamples; i++)
        {
            double* row = _gram.Row(i);
            for (int j = 0; j <= i; j++)
                row[j] += _interceptEigenvalue * Intercept[i] * Intercept[j];
        }
    }

    // D = N (N^T Y).
    private double[] Solve()
    {
        var half = new double[NumberOfExamples * NumberOfTargets];
        var solution = new double[half.Length];
        for (int i = 0; i < NumberOfExamples; i++)
        {
            double* row = _inverse.InverseTransposed.Row(i);
            for (int target = 0; target < NumberOfTargets; target++)
            {
                double y = Targets[i * NumberOfTargets + target];
                for (int j = i; j < NumberOfExamples; j++)
                    half[target * NumberOfExamples + j] += row[j] * y;
            }
        }

        for (int i = 0; i < NumberOfExamples; i++)
        {
            double* row = _inverse.InverseTransposed.Row(i);
            for (int target = 0; target < NumberOfTargets; target++)
            {
                double sum = 0;
                for (int j = i; j < NumberOfExamples; j++)
                    sum += row[j] * half[target * NumberOfExamples + j];
                solution[i * NumberOfTargets + target] = sum;
            }
        }

        return solution;
    }
}
