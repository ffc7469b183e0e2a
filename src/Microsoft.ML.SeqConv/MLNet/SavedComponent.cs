using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>A component that model files hold: what it is called there, and how it is read.</summary>
/// <typeparam name="TSelf">The component.</typeparam>
internal interface ISavedComponent<TSelf>
    where TSelf : class
{
    /// <summary>Its name and version in model files.</summary>
    static abstract SavedFormat Identity { get; }

    /// <summary>Reads what the component's <c>WriteModel</c> wrote.</summary>
    static abstract TSelf Read(SavedSection section);
}

/// <summary>The section of a model file that a component is read from.</summary>
/// <param name="Environment">The environment of the component.</param>
/// <param name="OutputColumnName">Of a <see cref="SectionPrefix.ColumnPair"/>; else empty.</param>
/// <param name="InputColumnName">Of a <see cref="SectionPrefix.ColumnPair"/>; else empty.</param>
/// <param name="Reader">Is at what the component wrote.</param>
/// <param name="Version">The version of <see cref="SavedFormat"/> that wrote it.</param>
internal sealed record SavedSection(
    IHostEnvironment Environment, string OutputColumnName, string InputColumnName, BinaryReader Reader, uint Version);

/// <summary>What ML.NET calls, by reflection, for a component that it finds in a model file.</summary>
internal static class ComponentLoader<T>
    where T : class, ISavedComponent<T>
{
    public static T Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(ctx);
        return T.Identity.ReadSection(ctx, (columns, reader, version)
            => T.Read(new SavedSection(env, columns.Output, columns.Input, reader, version)));
    }

    /// <summary>Where the file holds the columns that a transformer makes, rather than the transformer.</summary>
    public static IRowMapper Create(IHostEnvironment env, ModelLoadContext ctx, DataViewSchema inputSchema)
        => ((ColumnTransformer)(object)Create(env, ctx)).RowMapper(inputSchema);
}

/// <summary>
/// Registers the loader of a component. ML.NET looks for these attributes in the assembly that a model names.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class SavedComponentAttribute<T>() : LoadableClassAttributeBase(
    typeof(T).Name, typeof(T), typeof(ComponentLoader<T>), null, [typeof(SignatureLoadModel)], typeof(T).Name,
    T.Identity.LoaderSignature)
    where T : class, ISavedComponent<T>
{
}

/// <summary>Registers the loader of the columns that a transformer makes.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class SavedColumnsAttribute<T>() : LoadableClassAttributeBase(
    typeof(T).Name, typeof(IRowMapper), typeof(ComponentLoader<T>), null, [typeof(SignatureLoadRowMapper)],
    typeof(T).Name, T.Identity.LoaderSignature)
    where T : ColumnTransformer, ISavedComponent<T>
{
}
