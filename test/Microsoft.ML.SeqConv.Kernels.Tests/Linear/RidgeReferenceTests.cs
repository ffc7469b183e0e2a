using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>
/// Parity with scikit-learn 1.2.1 (NumPy 1.24.2), whose values these are, printed by:
/// <code>
/// i = np.arange(12)[:, None]; j = np.arange(5)[None, :]
/// x = ((i*7 + j*3 + i*i*j) % 11).astype(np.float32)
/// y = np.stack([(i[:, 0]*5) % 7, (i[:, 0]*3) % 4], 1).astype(float); w = 1 + (np.arange(12) % 3).astype(float)
/// s = StandardScaler(with_mean=False).fit(x, sample_weight=w)     # the first test with w, the second without
/// m = RidgeCV(alphas=np.logspace(-3, 3, 10)).fit(s.transform(x.astype(float)), y, sample_weight=w)
/// m.coef_ / s.scale_, m.intercept_; without w, store_cv_values=True: m.cv_values_.mean((0, 1))
/// </code>
/// Tolerance: scikit-learn prints eight digits and works in float64; here the scaled features are float32.
/// </summary>
public class RidgeReferenceTests
{
    private static readonly RidgeSample Sample = new(
        [.. Enumerable.Range(0, 12).Select(
            i => Enumerable.Range(0, 5).Select(j => (float)((i * 7 + j * 3 + i * i * j) % 11)).ToArray())],
        [.. Enumerable.Range(0, 12).SelectMany(i => new double[] { i * 5 % 7, i * 3 % 4 })],
        []);

    [Theory]
    [InlineData(nameof(GramOrientation.Examples))]
    [InlineData(nameof(GramOrientation.Features))]
    public void Weighted_coefficients(string orientation)
    {
        RidgeSample sample = Sample with { Weights = [.. Enumerable.Range(0, 12).Select(i => 1.0 + i % 3)] };
        RidgeSolution solution = sample.Solve(new() { Orientation = Enum.Parse<GramOrientation>(orientation) });
        Assert.Equal(1000, solution.Alpha, 1e-9);
        double[] coefficients = [-0.00489917, -0.00258125, -0.00519595, 0.00556079, -0.00401141, 0.00255274, 0.00347204,
            -0.00015039, 0.00129852, 0.00019098];
        RidgeTests.AssertClose(coefficients, solution.Coefficients, 2e-6);
        RidgeTests.AssertClose([3.53349648, 1.46685008], solution.Intercepts, 1e-7);
    }

    [Theory]
    [InlineData(nameof(GramOrientation.Examples))]
    [InlineData(nameof(GramOrientation.Features))]
    public void Leave_one_out_errors(string orientation)
    {
        RidgeSolution solution = Sample.Solve(new() { Orientation = Enum.Parse<GramOrientation>(orientation) });
        double[] errors =
        [
            8.557623782770618, 8.536307263235297, 8.440864989824536, 8.060414655741425, 6.998651386543031,
            5.396035103194666, 4.168322186635305, 3.6415350757485303, 3.4755297689966436, 3.43355616840579,
        ];
        RidgeTests.AssertClose(errors, solution.SelectionErrors, 1e-6);
        RidgeTests.AssertClose([3.00387759, 1.4868565], solution.Intercepts, 1e-7);
    }
}
