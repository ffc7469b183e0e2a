using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>Softmax regression against its formulas in float64.</summary>
public class SoftmaxRegressionTests
{
    // Around the widths of tiles: 8 and 16 columns, runs of 512, items of 128; 4 classes; 2 and 16 rows, runs of 128.
    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(7, 15, 2)]
    [InlineData(16, 16, 4)]
    [InlineData(17, 17, 5)]
    [InlineData(33, 127, 3)]
    [InlineData(129, 128, 9)]
    [InlineData(130, 513, 4)]
    [InlineData(300, 1040, 7)]
    public void Loss_and_gradient_are_those_of_the_formulas(int rows, int features, int classes)
    {
        Sample sample = Sample.Make(rows, features, classes);
        using var regression = new SoftmaxRegression(features, classes, 2);
        var naive = new NaiveSoftmax(features, classes);
        for (int step = 0; step < 3; step++)
        {
            (double loss, double[,] gradient, double accuracy) = naive.Measure(sample.Rows,
                sample.Labels, sample.Weights);
            SoftmaxLoss measured = regression.Evaluate(sample.Matrix, sample.Labels, sample.Weights);
            Assert.Equal(loss, measured.Loss, 2e-5);
            if (step > 0)       // all classes are alike at first
                Assert.Equal(accuracy, measured.Accuracy, 1.5 * sample.Weights.Max() / sample.Weights.Sum());
            Assert.Equal(sample.Weights.Sum(), measured.Weight, 1e-3);
            (float[] weights, float[] biases) = regression.Gradient(sample.Matrix, sample.All,
                sample.Labels, sample.Weights);
            for (int k = 0; k < classes; k++)
            {
                for (int j = 0; j < features; j++)
                    Assert.Equal(gradient[k, j], weights[k * features + j], 2e-6);
                Assert.Equal(gradient[k, features], biases[k], 2e-6);
            }

            Assert.Equal(measured.Loss,
                regression.Step(sample.Matrix, sample.All, sample.Labels, sample.Weights, 0.01).Loss, 1e-12);
            naive.Step(sample.Rows, sample.Labels, sample.Weights, 0.01);
        }
    }

    [Fact]
    public void Steps_are_those_of_Adam()
    {
        Sample sample = Sample.Make(90, 40, 3);
        using var regression = new SoftmaxRegression(40, 3);
        var naive = new NaiveSoftmax(40, 3);
        var random = new Random(3);
        for (int step = 0; step < 60; step++)
        {
            int[] minibatch = [.. Enumerable.Range(0, 32).Select(_ => random.Next(90))];
            regression.Step(sample.Matrix, minibatch, sample.Labels, sample.Weights, 0.01);
            naive.Step([.. minibatch.Select(row => sample.Rows[row])], [.. minibatch.Select(row => sample.Labels[row])],
                [.. minibatch.Select(row => sample.Weights[row])], 0.01);
        }

        Assert.Equal(60, regression.Steps);
        LinearModel model = regression.ToLinearModel(sample.Identity);
        for (int k = 0; k < 3; k++)
        {
            for (int j = 0; j < 40; j++)
                Assert.Equal(naive.Weights[k, j], model.Coefficients[k * 40 + j], 1e-4);
            Assert.Equal(naive.Weights[k, 40], model.Intercepts[k], 1e-4);
        }

        Assert.InRange(naive.Measure(sample.Rows, sample.Labels, sample.Weights).Loss, 0, 0.9 * Math.Log(3));
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        Sample sample = Sample.Make(500, 700, 6);
        byte[][] states = [.. new[] { 1, 2, 3, 7 }.Select(threads =>
        {
            using var regression = new SoftmaxRegression(700, 6, threads);
            for (int step = 0; step < 5; step++)
                regression.Step(sample.Matrix, sample.All, sample.Labels, sample.Weights, 0.01);
            Assert.InRange(regression.Evaluate(sample.Matrix, sample.Labels, sample.Weights).Loss, 0, Math.Log(6));
            return Bytes(regression);
        })];
        Assert.All(states, state => Assert.Equal(states[0], state));
    }

    [Fact]
    public void What_was_written_goes_on_as_if_never_stopped()
    {
        Sample sample = Sample.Make(50, 20, 3);
        using var whole = new SoftmaxRegression(20, 3);
        using var second = new SoftmaxRegression(20, 3);
        whole.Step(sample.Matrix, sample.All, sample.Labels, [], 0.01);
        whole.KeepAsBest();
        whole.Step(sample.Matrix, sample.All, sample.Labels, [], 0.01);
        second.Read(new BinaryReader(new MemoryStream(Bytes(whole))));
        foreach (SoftmaxRegression regression in new[] { whole, second })
            regression.Step(sample.Matrix, sample.All, sample.Labels, [], 0.01);
        Assert.Equal(Bytes(whole), Bytes(second));
        double last = second.Evaluate(sample.Matrix, sample.Labels, []).Loss;
        second.RestoreBest();
        Assert.True(second.Evaluate(sample.Matrix, sample.Labels, []).Loss > last);
    }

    [Fact]
    public void Damaged_bytes_are_refused()
    {
        using var regression = new SoftmaxRegression(20, 3);
        byte[] bytes = Bytes(regression);
        FormatException cut = Assert.Throws<FormatException>(
            () => regression.Read(new BinaryReader(new MemoryStream(bytes[..^1]))));
        Assert.Equal("The weights are cut short.", cut.Message);
        BitConverter.TryWriteBytes(bytes.AsSpan(16), float.NaN);
        FormatException number = Assert.Throws<FormatException>(
            () => regression.Read(new BinaryReader(new MemoryStream(bytes))));
        Assert.Equal("It holds the weight NaN.", number.Message);
        using var other = new SoftmaxRegression(20, 4);
        FormatException size = Assert.Throws<FormatException>(
            () => other.Read(new BinaryReader(new MemoryStream(bytes))));
        Assert.Equal("It holds 0 steps of 3 classes and 20 features instead of 4 classes and 20 features.",
            size.Message);
    }

    [Fact]
    public void A_minibatch_without_weight_changes_nothing()
    {
        Sample sample = Sample.Make(8, 5, 2);
        using var regression = new SoftmaxRegression(5, 2);
        byte[] before = Bytes(regression);
        SoftmaxLoss loss = regression.Step(sample.Matrix, sample.All, sample.Labels, new float[8], 0.1);
        Assert.Equal(0, loss.Weight);
        Assert.True(double.IsNaN(loss.Loss));
        Assert.Equal(before, Bytes(regression));
    }

    [Fact]
    public void A_model_of_standardized_features_takes_them_as_they_were()
    {
        Sample sample = Sample.Make(60, 30, 3);
        for (int i = 0; i < 60; i++)
        {
            sample.Matrix[i][4] = 7;        // constant
            for (int j = 5; j < 30; j++)
                sample.Matrix[i][j] = 100 * j + j * sample.Matrix[i][j];
        }

        float[][] given = [.. Enumerable.Range(0, 60).Select(i => sample.Matrix[i].ToArray())];
        FeatureStandardization standardization = FeatureStandardization.Measure(sample.Matrix);
        Assert.Equal(7, standardization.Means[4]);
        Assert.Equal(1, standardization.Deviations[4]);
        Assert.Equal(given.Average(row => row[9]), standardization.Means[9], 1e-3);
        standardization.Apply(sample.Matrix);
        using var regression = new SoftmaxRegression(30, 3);
        for (int step = 0; step < 30; step++)
            regression.Step(sample.Matrix, sample.All, sample.Labels, [], 0.05);
        LinearModel model = regression.ToLinearModel(standardization);
        LinearModel ofStandardized = regression.ToLinearModel(sample.Identity);
        var expected = new double[3];
        var actual = new double[3];
        for (int i = 0; i < 60; i++)
        {
            ofStandardized.Score(sample.Matrix[i], expected);
            model.Score(given[i], actual);
            for (int k = 0; k < 3; k++)
                Assert.Equal(expected[k], actual[k], 1e-2);
        }
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_named()
    {
        Sample sample = Sample.Make(4, 5, 2);
        using var regression = new SoftmaxRegression(5, 2);
        ArgumentException label = Assert.Throws<ArgumentException>(
            () => regression.Step(sample.Matrix, [3], [0, 1, 0, 2], [], 0.1));
        Assert.StartsWith("Row 3 has the class 2; classes are 0 to 1.", label.Message);
        ArgumentException count = Assert.Throws<ArgumentException>(
            () => regression.Evaluate(sample.Matrix, [0, 1], []));
        Assert.StartsWith("There are 4 rows, 2 classes and 0 weights; each row has one of each.", count.Message);
        ArgumentException size = Assert.Throws<ArgumentException>(() => new SoftmaxRegression(50_000, 50_000));
        Assert.StartsWith("50000 classes of 50000 features have 2500000000 weights; at most 1073741824 are trained. "
            + "Use fewer features.", size.Message);
        using var other = new SoftmaxRegression(6, 2);
        ArgumentException features = Assert.Throws<ArgumentException>(
            () => other.Evaluate(sample.Matrix, sample.Labels, []));
        Assert.StartsWith("There are 5 features; 6 are trained.", features.Message);
    }

    private static byte[] Bytes(SoftmaxRegression regression)
    {
        using var stream = new MemoryStream();
        regression.Write(new BinaryWriter(stream));
        return stream.ToArray();
    }

    private sealed record Sample(
        FeatureMatrix Matrix, float[][] Rows, int[] Labels, float[] Weights, int[] All, FeatureStandardization Identity)
    {
        public static Sample Make(int rows, int features, int classes)
        {
            var random = new Random(rows + features);
            var matrix = new FeatureMatrix(features);
            int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
            float[][] values = [.. labels.Select(label => Enumerable.Range(0, features)
                .Select(j => (float)(2 * random.NextDouble() - 1 + (j % classes == label ? 0.2 : 0))).ToArray())];
            foreach (float[] row in values)
                row.CopyTo(matrix.AddRow());
            float[] weights = [.. labels.Select(_ => 0.5f + (float)random.NextDouble())];
            double[] ones = new double[features];
            Array.Fill(ones, 1);
            return new(matrix, values, labels, weights, [.. Enumerable.Range(0, rows)],
                new FeatureStandardization(new double[features], ones));
        }
    }
}
