using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Tests.Data;
using Xunit;
using static Microsoft.ML.SeqConv.Tests.Linear.AccumulatedRows;

namespace Microsoft.ML.SeqConv.Tests.Linear;

/// <summary>Files of sums of ridge that are damaged.</summary>
public sealed class RidgeAccumulatorFileTests
{
    private readonly AccumulatedRows _data = new();

    private MLContext Context => _data.Context;

    [Fact]
    public void Damaged_files_are_a_format_error_that_names_the_file()
    {
        using var file = new TemporaryFile("part.sums");
        using (RidgeAccumulator accumulator = _data.Accumulator(_data.Preparation(_data.Rows)))
        {
            accumulator.Add(_data.View(_data.Rows));
            accumulator.Save(file.Path);
            Assert.Equal(["part.sums"], file.Files);
        }

        byte[] bytes = File.ReadAllBytes(file.Path);
        var random = new Random(5);
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = i % 2 == 0 ? bytes[..random.Next(bytes.Length)] : (byte[])bytes.Clone();
            if (i % 2 == 1)
                damaged[random.Next(Math.Min(bytes.Length, i % 4 == 1 ? 200 : bytes.Length))] ^=
                    (byte)(1 << random.Next(8));
            File.WriteAllBytes(file.Path, damaged);
            try
            {
                RidgeAccumulator.Load(Context, file.Path).Dispose();
                Assert.Fail($"The damage {i} was not found.");
            }
            catch (FormatException error)
            {
                Assert.StartsWith($"The file '{file.Path}' holds no sums of ridge that can be used:", error.Message);
            }
        }

        // Damage of the model within the file: no exception of ML.NET's own loaders reaches the caller.
        int model = bytes.AsSpan().IndexOf("PK"u8);
        for (int i = 0; i < 300; i++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[model + random.Next(8000)] = 0xFF;
            Checksums.Correct(damaged);
            File.WriteAllBytes(file.Path, damaged);
            Exception? error = Record.Exception(() => RidgeAccumulator.Load(Context, file.Path).Dispose());
            Assert.True(error is null or FormatException, error?.ToString());
        }

        File.WriteAllBytes(file.Path, Checksums.WithoutFrame(bytes, signatureLength: 8));
        using (RidgeAccumulator ofVersion1 = RidgeAccumulator.Load(Context, file.Path))
            Assert.Equal(900, ofVersion1.Count);
        File.WriteAllBytes(file.Path, [.. bytes, 0]);
        Assert.Equal(
            $"The file '{file.Path}' holds no sums of ridge that can be used: It declares {bytes.Length - 52} bytes of "
                + $"content and has {bytes.Length - 51}. "
                + "Save the accumulator again, or download the file again.",
            Message<FormatException>(() => RidgeAccumulator.Load(Context, file.Path)));

        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - Checksums.Length - sizeof(float)), float.NaN);
        Checksums.Correct(bytes);
        File.WriteAllBytes(file.Path, bytes);
        Assert.Contains("of the sample has a feature that is not finite.",
            Message<FormatException>(() => RidgeAccumulator.Load(Context, file.Path)));
        Assert.StartsWith("The file 'nowhere.sums' does not exist.",
            Message<FileNotFoundException>(() => RidgeAccumulator.Load(Context, "nowhere.sums")));
    }

    // Sums of two columns of one view are of the same rows: a file with others was put together.
    [Theory]
    [InlineData(7, 2)]
    [InlineData(5, 1)]
    public void Columns_of_other_rows_or_targets_are_refused(int rows, int targets)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        foreach ((int count, int ofColumn) in ((int, int)[])[(5, 2), (rows, targets)])
        {
            using RidgeSums sums = RidgeSums.Of([3], ofColumn);
            using var features = new FeatureMatrix(3);
            for (int i = 0; i < count; i++)
                features.AddRow().Fill(i);
            sums.Add(features, new double[count * ofColumn], weights: [], numberOfThreads: 1);
            sums.Write(writer);
        }

        content.Position = 0;
        using var reader = new BinaryReader(content);
        Assert.Equal("The sums of its columns are not of the same rows and targets.",
            Message<FormatException>(() => RidgeSums.Read(reader, numberOfColumns: 2).Dispose()));
    }

    private static string Message<TError>(Action action)
        where TError : Exception
        => Assert.Throws<TError>(action).Message;
}
