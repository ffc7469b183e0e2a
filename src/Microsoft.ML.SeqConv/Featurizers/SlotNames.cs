using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>Vectors of Single whose slots have names.</summary>
internal static class SlotNames
{
    /// <summary>What a promised schema says of such a column.</summary>
    public static SchemaShape.Column Promise(string column)
    {
        SchemaShape.Column names = SchemaColumns.Vector(AnnotationKinds.SlotNames, TextDataViewType.Instance);
        return SchemaColumns.Vector(column, NumberDataViewType.Single, names);
    }

    /// <summary>The annotation of names, made when it is asked for.</summary>
    public static DataViewSchema.Annotations Make(int count, Func<int, string> name)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        var type = new VectorDataViewType(TextDataViewType.Instance, count);
        annotations.Add(AnnotationKinds.SlotNames, type, (ref VBuffer<ReadOnlyMemory<char>> names) =>
        {
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref names, count);
            for (int i = 0; i < count; i++)
                editor.Values[i] = name(i).AsMemory();
            names = editor.Commit();
        });
        return annotations.ToAnnotations();
    }
}
