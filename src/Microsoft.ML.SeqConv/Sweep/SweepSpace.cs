using System.Collections;
using System.Reflection;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>The hyperparameters that a sweep searches, each by its name.</summary>
public sealed class SweepSpace : IReadOnlyList<SweepDimension>
{
    private readonly SweepDimension[] _dimensions;

    /// <summary>Makes a space.</summary>
    /// <param name="dimensions">The hyperparameters; none for a candidate that is tried once.</param>
    /// <exception cref="ArgumentException">Two have one name.</exception>
    public SweepSpace(params IEnumerable<SweepDimension> dimensions)
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        _dimensions = [.. dimensions];
        foreach (IGrouping<string, SweepDimension> named in _dimensions.GroupBy(
            dimension => dimension.Name, StringComparer.Ordinal))
        {
            if (named.Count() > 1)
                throw new ArgumentException($"'{named.Key}' is in the search space {named.Count()} times; "
                    + "name each hyperparameter once.", nameof(dimensions));
        }
    }

    /// <summary>The number of hyperparameters.</summary>
    public int Count => _dimensions.Length;

    /// <summary>A hyperparameter by its position.</summary>
    public SweepDimension this[int index] => _dimensions[index];

    /// <summary>
    /// The space of options whose properties carry <see cref="RangeAttribute"/>, <see cref="ChoiceAttribute"/> or
    /// <see cref="BooleanChoiceAttribute"/>: all estimators and trainers of this library have such options. It starts
    /// at the options' own defaults.
    /// </summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <param name="prefix">
    /// Put before each name, so that spaces can be joined; give it to <see cref="SweepParameters.To{TOptions}"/> too.
    /// </param>
    /// <exception cref="ArgumentException">
    /// An attribute has an empty or inverted range, or a default lies outside.
    /// </exception>
    public static SweepSpace Of<TOptions>(string prefix = "")
        where TOptions : class, new()
    {
        var defaults = new TOptions();
        return new SweepSpace(typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => DimensionOf(property, prefix + property.Name, property.GetValue(defaults)!))
            .OfType<SweepDimension>()
            .OrderBy(dimension => dimension.Name, StringComparer.Ordinal));
    }

    /// <summary>Both spaces together.</summary>
    /// <param name="other">The other, of other names.</param>
    public SweepSpace And(SweepSpace other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new SweepSpace(_dimensions.Concat(other));
    }

    /// <inheritdoc/>
    public IEnumerator<SweepDimension> GetEnumerator() => ((IEnumerable<SweepDimension>)_dimensions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal SweepParameters Start()
        => new(_dimensions.ToDictionary(dimension => dimension.Name,
            dimension => dimension.Start, StringComparer.Ordinal));

    internal SweepParameters Draw(SeededRandom random)
        => new(_dimensions.ToDictionary(dimension => dimension.Name,
            dimension => dimension.At(random.NextDouble()), StringComparer.Ordinal));

    private static SweepDimension? DimensionOf(PropertyInfo property, string name, object start)
    {
        if (property.GetCustomAttribute<RangeAttribute>(inherit: false) is { } range)
        {
            return property.PropertyType == typeof(int)
                ? SweepDimension.Range(name, (int)range.Min, (int)range.Max, (int)start, range.LogBase)
                : SweepDimension.Range(name, Number(range.Min), Number(range.Max), Number(start), range.LogBase);
        }

        if (property.GetCustomAttribute<ChoiceAttribute>(inherit: false) is { } choice)
            return SweepDimension.Choice(name, start, choice.Candidates);
        return property.GetCustomAttribute<BooleanChoiceAttribute>(inherit: false) is null
            ? null
            : SweepDimension.Choice(name, start, false, true);
    }

    private static double Number(object value)
        => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);
}
