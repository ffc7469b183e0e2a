using System.Globalization;
using System.Reflection;
using Microsoft.ML.SearchSpace;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.SeqConv;

/// <summary>Between the search spaces of this library and those of AutoML.</summary>
internal static class SweepParameterConversion
{
    /// <summary>
    /// The same space for AutoML, with the same values to start from. Whole numbers are numbers there, and rounded
    /// here: AutoML's option of whole numbers cuts what its logarithm gives, so that 200 becomes 199.
    /// </summary>
    public static SearchSpace.SearchSpace ToSearchSpace(this SweepSpace space)
    {
        var converted = new SearchSpace.SearchSpace();
        foreach (SweepDimension dimension in space)
        {
            converted.Add(dimension.Name, dimension switch
            {
                { IsRange: false } => new ChoiceOption([.. dimension.Values], dimension.Start),
                _ => new UniformDoubleOption(dimension.Min, dimension.Max, dimension.IsLogarithmic,
                    Convert.ToDouble(dimension.Start, CultureInfo.InvariantCulture)),
            });
        }

        return converted;
    }

    public static SweepParameters ToSweepParameters(this SweepSpace space, Parameter parameter)
        => new(space.ToDictionary(dimension => dimension.Name,
            dimension => ValueOf(parameter[dimension.Name], dimension.Start.GetType()), StringComparer.Ordinal));

    /// <summary>Options with the values of a parameter; other properties are as they were configured.</summary>
    public static TOptions ToOptions<TOptions>(this Parameter parameter, Action<TOptions> configure)
        where TOptions : class, new()
    {
        var options = new TOptions();
        configure(options);
        foreach (string name in parameter.Keys)
        {
            PropertyInfo property = typeof(TOptions).GetProperty(name)
                ?? throw new ArgumentException($"The search space has '{name}', which is no property of the options of "
                    + $"{typeof(TOptions).DeclaringType?.Name ?? typeof(TOptions).Name}.");
            property.SetValue(options, ValueOf(parameter[name], property.PropertyType));
        }

        return options;
    }

    /// <exception cref="ArgumentException">
    /// A range is empty or inverted, or there is nothing to choose from.
    /// </exception>
    public static void Check(this SearchSpace.SearchSpace space)
    {
        foreach ((string name, OptionBase option) in space)
        {
            if (option is UniformNumericOption range && !(range.Min < range.Max))
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"The range of '{name}' runs from {range.Min} to {range.Max}; it must end above where it begins. ")
                    + "Swap the two, or use a choice for a single value.");
            }

            if (option is ChoiceOption { Choices.Length: 0 })
                throw new ArgumentException($"'{name}' has no values to choose from; give at least one.");
        }
    }

    private static object ValueOf(Parameter parameter, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
            return Enum.Parse(type, parameter.AsType<string>());
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Int32 => (int)Math.Round(parameter.AsType<double>()),
            TypeCode.Int64 => parameter.AsType<long>(),
            TypeCode.Single => parameter.AsType<float>(),
            TypeCode.Double => parameter.AsType<double>(),
            TypeCode.Boolean => parameter.AsType<bool>(),
            TypeCode.String => parameter.AsType<string>(),
            _ => throw new ArgumentException($"A search space cannot have values of {type}."),
        };
    }
}
