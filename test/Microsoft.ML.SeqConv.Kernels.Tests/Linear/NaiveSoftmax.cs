namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>
/// Multinomial logistic regression as its formulas are written, in float64: the reference for
/// <see cref="SoftmaxRegression"/>.
/// </summary>
internal sealed class NaiveSoftmax(int features, int classes)
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly double[,] _first = new double[classes, features + 1];
    private readonly double[,] _second = new double[classes, features + 1];
    private int _steps;

    /// <summary>[class, feature], the bias last.</summary>
    public double[,] Weights { get; } = new double[classes, features + 1];

    /// <summary>
    /// The weighted mean loss, its gradient with respect to <see cref="Weights"/>, and the proportion of rows
    /// classified correctly.
    /// </summary>
    public (double Loss, double[,] Gradient, double Accuracy) Measure(float[][] rows, int[] labels, float[] weights)
    {
        double loss = 0;
        double right = 0;
        var gradient = new double[classes, features + 1];
        double total = weights.Sum(weight => (double)weight);
        for (int i = 0; i < rows.Length; i++)
        {
            var exponentials = new double[classes];
            for (int k = 0; k < classes; k++)
            {
                double logit = Weights[k, features];
                for (int j = 0; j < features; j++)
                    logit += Weights[k, j] * rows[i][j];
                exponentials[k] = Math.Exp(logit);
            }

            double sum = exponentials.Sum();
            loss -= weights[i] / total * Math.Log(exponentials[labels[i]] / sum);
            right += Array.IndexOf(exponentials, exponentials.Max()) == labels[i] ? weights[i] / total : 0;
            for (int k = 0; k < classes; k++)
            {
                double residual = weights[i] / total * (exponentials[k] / sum - (k == labels[i] ? 1 : 0));
                for (int j = 0; j <= features; j++)
                    gradient[k, j] += residual * (j == features ? 1 : rows[i][j]);
            }
        }

        return (loss, gradient, right);
    }

    public void Step(float[][] rows, int[] labels, float[] weights, double rate)
    {
        double[,] gradient = Measure(rows, labels, weights).Gradient;
        _steps++;
        for (int k = 0; k < classes; k++)
        {
            for (int j = 0; j <= features; j++)
            {
                _first[k, j] = Beta1 * _first[k, j] + (1 - Beta1) * gradient[k, j];
                _second[k, j] = Beta2 * _second[k, j] + (1 - Beta2) * gradient[k, j] * gradient[k, j];
                double first = _first[k, j] / (1 - Math.Pow(Beta1, _steps));
                double second = _second[k, j] / (1 - Math.Pow(Beta2, _steps));
                Weights[k, j] -= rate * first / (Math.Sqrt(second) + Epsilon);
            }
        }
    }
}
