using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>Columns of schemas: found, described, promised, and refused in one wording.</summary>
internal static class SchemaColumns
{
    /// <summary>What an estimator may know of the columns of a view.</summary>
    public static SchemaShape ShapeOf(IDataView data) => ShapeOf(data.Schema);

    /// <summary>What an estimator may know of the columns of a view.</summary>
    public static SchemaShape ShapeOf(DataViewSchema schema) => SchemaShape.Create(schema);

    /// <summary>Finds a column of a schema that is promised.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column.</param>
    /// <param name="use">Who reads what from it, for the message: <c>MiniRocket reads its series from it</c>.</param>
    /// <param name="option">The argument that names the column; empty where there is none.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such column; the message lists those that exist.
    /// </exception>
    public static SchemaShape.Column Find(this SchemaShape schema, string name, string use, string option = "")
    {
        ArgumentNullException.ThrowIfNull(schema);
        foreach (SchemaShape.Column column in schema)
        {
            if (column.Name == name)
                return column;
        }

        throw Missing(name, use, schema.Select(column => column.Name), option);
    }

    /// <summary>Finds a column of a view's schema.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column.</param>
    /// <param name="use">Who reads what from it, for the message.</param>
    /// <param name="option">The argument that names the column; empty where there is none.</param>
    /// <param name="parameter">The parameter that the caller gave the data as.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There is no such column; the message lists those that exist.
    /// </exception>
    public static DataViewSchema.Column Find(this DataViewSchema schema, string name, string use, string option = "",
        string parameter = "inputSchema")
        => schema.GetColumnOrNull(name) ?? throw Missing(
            name, use, schema.Where(column => !column.IsHidden).Select(column => column.Name), option, parameter);

    /// <summary>Checks a column of example weights.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column; <see langword="null"/>: there is none, and nothing is checked.</param>
    /// <param name="component">Who reads it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing, or no Single.</exception>
    public static void CheckWeight(this SchemaShape schema, string? name, string component)
    {
        if (name is null)
            return;
        SchemaShape.Column column = schema.Find(name, $"{component} reads example weights from it");
        if (!column.IsScalar(NumberDataViewType.Single))
        {
            throw WrongType(column, "an example weight must be a Single. Append "
                + "mlContext.Transforms.Conversion.ConvertType before the trainer.");
        }
    }

    /// <summary>A name that no column has: where it is taken, a number follows it.</summary>
    public static string FreeName(this IEnumerable<string> columns, string name)
    {
        var taken = columns.ToHashSet();
        return Enumerable.Range(1, taken.Count + 1).Select(i => i == 1 ? name : $"{name}{i}")
            .First(free => !taken.Contains(free));
    }

    /// <summary>Finds the label of a component that takes classes and numbers.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">The column.</param>
    /// <param name="component">Who reads it.</param>
    /// <param name="use">What for, for the message: <c>pruning chooses features for this label</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The column is missing, or no key, Boolean or Single.
    /// </exception>
    public static SchemaShape.Column FindLabel(this SchemaShape schema, string name, string component, string use)
    {
        SchemaShape.Column label = schema.Find(name, use, "labelColumnName");
        bool isScalar = label.Kind == SchemaShape.Column.VectorKind.Scalar;
        bool isLabel = label.IsKey || label.IsScalar(NumberDataViewType.Single)
            || label.IsScalar(BooleanDataViewType.Instance);
        if (isScalar && isLabel)
            return label;
        throw WrongType(label, $"{component} needs a label that is a key or Boolean (classes) or Single (a number). "
            + $"Make keys with mlContext.Transforms.Conversion.MapValueToKey(\"{name}\") before it, or numbers with "
            + "ConvertType.");
    }

    /// <summary>The error of a column that cannot be used.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="problem">What is wrong, what is needed and how to get it, as the end of a sentence.</param>
    /// <param name="parameter">The parameter that the caller gave the data as.</param>
    public static ArgumentOutOfRangeException Refused(
        string column, string problem, string parameter = "inputSchema")
        => new(parameter, $"Column '{column}' {problem}");

    /// <summary>The error of a column of another type than is needed.</summary>
    /// <param name="column">The column.</param>
    /// <param name="rule">What is needed and how to get it, as a sentence: <c>a series must be ...</c></param>
    public static ArgumentOutOfRangeException WrongType(SchemaShape.Column column, string rule)
        => Refused(column.Name, $"is {column.GetTypeString()}; {rule}");

    /// <summary>The error of a column of another type than is needed.</summary>
    /// <param name="column">The column.</param>
    /// <param name="rule">What is needed and how to get it, as a sentence: <c>a series must be ...</c></param>
    /// <param name="parameter">The parameter that the caller gave the data as.</param>
    public static ArgumentOutOfRangeException WrongType(
        DataViewSchema.Column column, string rule, string parameter = "inputSchema")
        => Refused(column.Name, $"is {column.Type}; {rule}", parameter);

    /// <summary>Whether a column is a vector of Single.</summary>
    public static bool IsVectorOfSingle(this SchemaShape.Column column)
        => column.ItemType == NumberDataViewType.Single && column.Kind != SchemaShape.Column.VectorKind.Scalar;

    /// <summary>Whether a column has one value of a type in each row.</summary>
    public static bool IsScalar(this SchemaShape.Column column, DataViewType type)
        => column.Kind == SchemaShape.Column.VectorKind.Scalar && !column.IsKey && column.ItemType.Equals(type);

    /// <summary>Whether a column has a key of ML.NET's classes in each row.</summary>
    public static bool IsScalarKey(this SchemaShape.Column column)
        => column.Kind == SchemaShape.Column.VectorKind.Scalar && column.IsKey
            && column.ItemType.Equals(NumberDataViewType.UInt32);

    /// <summary>Promises a column of one value a row.</summary>
    public static SchemaShape.Column Scalar(
        string name, DataViewType type, params IEnumerable<SchemaShape.Column> annotations)
        => new(name, SchemaShape.Column.VectorKind.Scalar, type, false, new SchemaShape(annotations));

    /// <summary>Promises a column of keys.</summary>
    public static SchemaShape.Column Key(string name, params IEnumerable<SchemaShape.Column> annotations) => new(
        name, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true, new SchemaShape(annotations));

    /// <summary>Promises a column of vectors of one size.</summary>
    public static SchemaShape.Column Vector(
        string name, DataViewType item, params IEnumerable<SchemaShape.Column> annotations)
        => new(name, SchemaShape.Column.VectorKind.Vector, item, false, new SchemaShape(annotations));

    /// <summary>Promises a column of vectors of any size.</summary>
    public static SchemaShape.Column VariableVector(
        string name, DataViewType item, params IEnumerable<SchemaShape.Column> annotations)
        => new(name, SchemaShape.Column.VectorKind.VariableVector, item, false, new SchemaShape(annotations));

    /// <summary>A schema with columns added, or put in the place of those of the same names.</summary>
    public static SchemaShape With(this SchemaShape schema, params ReadOnlySpan<SchemaShape.Column> added)
    {
        Dictionary<string, SchemaShape.Column> columns = schema.ToDictionary(column => column.Name);
        foreach (SchemaShape.Column column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    private static ArgumentOutOfRangeException Missing(
        string name, string use, IEnumerable<string> names, string option, string parameter = "inputSchema")
    {
        string columns = string.Join(", ", names.Select(column => $"'{column}'"));
        string remedy = option.Length == 0 ? "" : $" Set {option}.";
        return Refused(name, $"is missing; {use}. The columns are {columns}.{remedy}", parameter);
    }
}
