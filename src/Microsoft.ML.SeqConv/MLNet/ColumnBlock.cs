using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.SeqConv;

/// <summary>A column of features within the column that joins it with others.</summary>
/// <param name="Name">The column.</param>
/// <param name="Start">Its first slot in the column that joins them.</param>
/// <param name="Length">Its slots.</param>
internal sealed record ColumnBlock(string Name, int Start, int Length)
{
    /// <summary>Finds the columns in a view.</summary>
    /// <param name="schema">Of the view.</param>
    /// <param name="names">The columns.</param>
    /// <param name="component">Who reads them.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, or no vector of Single of known size.
    /// </exception>
    public static ColumnBlock[] Of(DataViewSchema schema, IReadOnlyList<string> names, string component)
    {
        var blocks = new ColumnBlock[names.Count];
        int start = 0;
        for (int i = 0; i < blocks.Length; i++)
        {
            DataViewSchema.Column column = schema.Find(names[i], Use(component));
            if (column.Type is not VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType item } vector
                || item != NumberDataViewType.Single)
                throw SchemaColumns.WrongType(column, Rule(component));
            blocks[i] = new(names[i], start, vector.Size);
            start = checked(start + vector.Size);
        }

        return blocks;
    }

    /// <summary>Joins columns to one.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="joined">The column to be made.</param>
    /// <param name="names">The columns.</param>
    public static ITransformer Join(IHostEnvironment env, string joined, string[] names)
        => new ColumnConcatenatingTransformer(env, joined, names);

    /// <summary>Promises the column that joins others.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, or no vector of Single of known size.
    /// </exception>
    public static SchemaShape Promise(
        IHostEnvironment env, SchemaShape schema, string joined, string[] names, string component)
    {
        foreach (string name in names)
        {
            SchemaShape.Column column = schema.Find(name, Use(component));
            if (column.Kind != SchemaShape.Column.VectorKind.Vector || column.IsKey
                || column.ItemType != NumberDataViewType.Single)
                throw SchemaColumns.WrongType(column, Rule(component));
        }

        return new ColumnConcatenatingEstimator(env, joined, names).GetOutputSchema(schema);
    }

    private static string Use(string component) => $"{component} reads a block of features from it";

    private static string Rule(string component)
        => $"{component} needs vectors of Single of known size. Append mlContext.Transforms.Conversion.ConvertType, "
            + "or mlContext.Transforms.Concatenate for a column of one value, before the trainer.";
}
