using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Validation;

public class StratifiedFoldsTests
{
    [Fact]
    public void Folds_have_their_share_of_every_class_and_those_without_one_are_in_none()
    {
        int[] classes = [.. Enumerable.Range(0, 103)
            .Select(i => i % 10 == 9 ? StratifiedFolds.None : i % 10 < 6 ? 0 : i % 10 < 8 ? 1 : 2)];
        int[] folds = StratifiedFolds.Deal(classes, 5, new SeededRandom(1));
        Assert.All(classes.Zip(folds),
            pair => Assert.Equal(pair.First == StratifiedFolds.None, pair.Second == StratifiedFolds.None));
        foreach (IEnumerable<int> of in new[] { 0, 1, 2 }.Select(k => folds.Where((_, row) => classes[row] == k))
            .Append(folds.Where(fold => fold != StratifiedFolds.None)))
        {
            int[] counts = [.. Enumerable.Range(0, 5).Select(fold => of.Count(f => f == fold))];
            Assert.InRange(counts.Max() - counts.Min(), 0, 1);
        }

        Assert.Equal(folds, StratifiedFolds.Deal(classes, 5, new SeededRandom(1)));
        Assert.NotEqual(folds, StratifiedFolds.Deal(classes, 5, new SeededRandom(2)));
    }

    [Fact]
    public void Few_examples_are_dealt_again()
        => Assert.Equal([4, 4, 2, 1, 1], new[] { 1, 66, 100, 200, 5000 }.Select(StratifiedFolds.RepeatsFor));

    [Fact]
    public void Wrong_numbers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StratifiedFolds.RepeatsFor(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => StratifiedFolds.Deal([0, 0], 1, new SeededRandom(1)));
    }
}
