using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels.Tests.Linear;

/// <summary>
/// Ridge in exact arithmetic: the normal equations with a column of ones, every number a fraction, solved by
/// elimination without fractions (Bareiss 1968). What it gives is rounded once, at the end.
/// </summary>
internal sealed class ExactRidge
{
    private readonly BigInteger[] _numerators;      // [feature, then 1]
    private readonly BigInteger _denominator;
    private readonly int _exponent;                 // of two: a coefficient is numerator / denominator * 2^exponent

    private ExactRidge(BigInteger[] numerators, BigInteger denominator, int exponent)
        => (_numerators, _denominator, _exponent) = (numerators, denominator, exponent);

    /// <summary>One coefficient a feature.</summary>
    public double[] Coefficients => [.. _numerators.SkipLast(1).Select(value => Round(value, _exponent))];

    /// <summary>Fits the first target with an intercept.</summary>
    /// <param name="sample">Rows, targets and weights.</param>
    /// <param name="penalties">[feature]: what the square of each coefficient costs.</param>
    public static ExactRidge Fit(RidgeSample sample, double[] penalties)
    {
        int columns = penalties.Length;
        int size = columns + 1;
        var left = new Dyadic[size, size];
        var right = new Dyadic[size];
        for (int i = 0; i < sample.Rows.Length; i++)
        {
            Dyadic weight = Dyadic.Of(sample.Weights.Length == 0 ? 1 : sample.Weights[i]);
            Dyadic[] row = [.. sample.Rows[i].Select(x => Dyadic.Of(x)), Dyadic.Of(1)];
            Dyadic target = Dyadic.Of(sample.Targets[i * sample.NumberOfTargets]);
            for (int j = 0; j < size; j++)
            {
                Dyadic weighted = weight * row[j];
                right[j] += weighted * target;
                for (int k = 0; k < size; k++)
                    left[j, k] += weighted * row[k];
            }
        }

        for (int j = 0; j < columns; j++)
            left[j, j] += Dyadic.Of(penalties[j]);
        return Solve(left, right);
    }

    /// <summary>For each example what the fit without it predicts.</summary>
    public static double[] LeaveOneOut(RidgeSample sample, double[] penalties)
    {
        int[] all = [.. Enumerable.Range(0, sample.Rows.Length)];
        return [.. all.Select(i => Fit(sample.Take(all.Where(k => k != i)), penalties).Predict(sample.Rows[i]))];
    }

    public double Predict(float[] row)
    {
        var sum = new Dyadic(_numerators[^1], 0);
        for (int j = 0; j < row.Length; j++)
            sum += Dyadic.Of(row[j]) * new Dyadic(_numerators[j], 0);
        return Round(sum.Digits, sum.Exponent + _exponent);
    }

    private static ExactRidge Solve(Dyadic[,] left, Dyadic[] right)
    {
        int size = right.Length;
        int leftExponent = left.Cast<Dyadic>().Min(value => value.Exponent);
        int rightExponent = right.Min(value => value.Exponent);
        var system = new BigInteger[size, size + 1];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
                system[i, j] = left[i, j].DigitsAt(leftExponent);
            system[i, size] = right[i].DigitsAt(rightExponent);
        }

        // Positive definite, so no pivot is zero. All rows are eliminated: the last pivot is then the determinant.
        BigInteger last = 1;
        for (int pivot = 0; pivot < size; pivot++)
        {
            BigInteger divisor = system[pivot, pivot];
            for (int i = 0; i < size; i++)
            {
                BigInteger factor = system[i, pivot];
                for (int j = 0; i != pivot && j <= size; j++)
                    system[i, j] = (system[i, j] * divisor - factor * system[pivot, j]) / last;
            }

            last = divisor;
        }

        BigInteger[] numerators = [.. Enumerable.Range(0, size).Select(i => system[i, size])];
        return new(numerators, last, rightExponent - leftExponent);
    }

    private double Round(BigInteger numerator, int exponent)
    {
        const int digits = 80;
        int shift = (int)(digits + _denominator.GetBitLength() - numerator.GetBitLength());
        BigInteger quotient = shift >= 0 ? (numerator << shift) / _denominator : numerator / (_denominator << -shift);
        return Math.ScaleB((double)quotient, exponent - shift);
    }

    /// <summary>Digits * 2^exponent.</summary>
    private readonly record struct Dyadic(BigInteger Digits, int Exponent)
    {
        public static Dyadic Of(double value)
        {
            if (value == 0)
                return default;
            int exponent = Math.ILogB(value) - 52;
            return new(new BigInteger(Math.ScaleB(value, -exponent)), exponent);
        }

        public static Dyadic operator *(Dyadic x, Dyadic y) => new(x.Digits * y.Digits, x.Exponent + y.Exponent);

        public static Dyadic operator +(Dyadic x, Dyadic y)
        {
            if (x.Digits.IsZero || y.Digits.IsZero)
                return x.Digits.IsZero ? y : x;
            int exponent = Math.Min(x.Exponent, y.Exponent);
            return new(x.DigitsAt(exponent) + y.DigitsAt(exponent), exponent);
        }

        public BigInteger DigitsAt(int exponent) => Digits.IsZero ? Digits : Digits << (Exponent - exponent);
    }
}
