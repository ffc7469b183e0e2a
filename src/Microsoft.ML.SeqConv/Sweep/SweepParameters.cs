using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.SeqConv;

/// <summary>A value for each hyperparameter of a <see cref="SweepSpace"/>.</summary>
public sealed class SweepParameters
{
    private readonly IReadOnlyDictionary<string, object> _values;

    /// <summary>Makes a set of values.</summary>
    /// <param name="values">The values by the names of their hyperparameters.</param>
    public SweepParameters(IReadOnlyDictionary<string, object> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = new Dictionary<string, object>(values, StringComparer.Ordinal);
    }

    /// <summary>The values by name.</summary>
    public IReadOnlyDictionary<string, object> Values => _values;

    /// <summary>The value of a hyperparameter.</summary>
    /// <typeparam name="T">Its type: <see cref="int"/>, <see cref="double"/>, or that of a choice.</typeparam>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">There is no hyperparameter of that name.</exception>
    public T Get<T>(string name)
        => _values.TryGetValue(name, out object? value)
            ? (T)value
            : throw new ArgumentException($"There is no hyperparameter '{name}'; there are "
                + $"{string.Join(", ", _values.Keys.Order(StringComparer.Ordinal))}.", nameof(name));

    /// <summary>Options with these values; what is not among them keeps its default.</summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <param name="prefix">What <see cref="SweepSpace.Of{TOptions}"/> was given.</param>
    /// <param name="configure">Sets, before, what is not searched.</param>
    public TOptions To<TOptions>(string prefix = "", Action<TOptions>? configure = null)
        where TOptions : class, new()
    {
        var options = new TOptions();
        configure?.Invoke(options);
        foreach (PropertyInfo property in typeof(TOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (_values.TryGetValue(prefix + property.Name, out object? value))
                property.SetValue(options, property.PropertyType.IsEnum
                    ? value
                    : Convert.ChangeType(value, property.PropertyType, CultureInfo.InvariantCulture));
        }

        return options;
    }

    /// <summary>The values in one line, by name.</summary>
    public override string ToString()
        => string.Join(", ", _values.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key} {SweepDimension.Text(pair.Value)}"));

    internal SweepParameters With(string name, object value)
        => new(new Dictionary<string, object>(_values, StringComparer.Ordinal) { [name] = value });
}
