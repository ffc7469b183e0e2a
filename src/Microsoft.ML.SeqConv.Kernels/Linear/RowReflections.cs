namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Q R = M P by Householder reflections, P choosing the column of largest norm at every step. Rows are to be sorted by
/// their largest element, largest first: then each row is as exact as if it had been factored at its own scale, however
/// much scales differ (Powell and Reid 1969; Cox and Higham 1998).
/// </summary>
internal sealed class RowReflections
{
    private readonly double[][] _columns;       // [step][row]: R above the diagonal, the reflection's vector below
    private readonly double[] _diagonal;        // [step]: of R
    private readonly double[] _scales;          // [step]: 2 / v.v

    /// <summary>Factors the matrix.</summary>
    /// <param name="columns">[column][row], no fewer rows than columns; becomes storage of this object.</param>
    internal RowReflections(double[][] columns)
    {
        _columns = columns;
        _diagonal = new double[columns.Length];
        _scales = new double[columns.Length];
        Order = [.. Enumerable.Range(0, columns.Length)];
        for (int step = 0; step < columns.Length; step++)
        {
            ChooseColumn(step);
            Reflect(step);
        }
    }

    /// <summary>[step]: the column that was chosen.</summary>
    internal int[] Order { get; }

    /// <summary>The smallest absolute value on the diagonal of R.</summary>
    internal double MinDiagonal => _diagonal.Min(Math.Abs);

    /// <summary>x := Q^T x.</summary>
    internal void Rotate(Span<double> x)
    {
        for (int step = 0; step < _columns.Length; step++)
            Reflect(_columns[step].AsSpan(step), _scales[step], x[step..]);
    }

    /// <summary>Solves R P^T x = y.</summary>
    /// <param name="rotated">[row]: y is its beginning.</param>
    /// <returns>[column].</returns>
    internal double[] Solve(ReadOnlySpan<double> rotated)
    {
        var solution = new double[_columns.Length];
        for (int i = solution.Length - 1; i >= 0; i--)
        {
            double sum = rotated[i];
            for (int k = i + 1; k < solution.Length; k++)
                sum -= _columns[k][i] * solution[Order[k]];
            solution[Order[i]] = sum / _diagonal[i];
        }

        return solution;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    private static void Reflect(ReadOnlySpan<double> v, double scale, Span<double> x)
    {
        double factor = scale * Dot(v, x);
        for (int i = 0; i < x.Length; i++)
            x[i] -= factor * v[i];
    }

    private void ChooseColumn(int step)
    {
        int best = step;
        double largest = -1;
        for (int j = step; j < _columns.Length; j++)
        {
            ReadOnlySpan<double> column = _columns[j].AsSpan(step);
            double square = Dot(column, column);
            if (square > largest)
                (best, largest) = (j, square);
        }

        (_columns[step], _columns[best]) = (_columns[best], _columns[step]);
        (Order[step], Order[best]) = (Order[best], Order[step]);
    }

    private void Reflect(int step)
    {
        Span<double> v = _columns[step].AsSpan(step);
        double norm = Math.Sqrt(Dot(v, v));
        double head = v[0];
        _diagonal[step] = -Math.CopySign(norm, head);
        v[0] = head - _diagonal[step];
        _scales[step] = norm == 0 ? 0 : 1 / (norm * Math.Abs(v[0]));
        for (int j = step + 1; j < _columns.Length; j++)
            Reflect(v, _scales[step], _columns[j].AsSpan(step));
    }
}
