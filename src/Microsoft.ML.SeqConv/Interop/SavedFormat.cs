using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>How a component is named and versioned in model files.</summary>
/// <param name="LoaderSignature">The name that ML.NET finds the loader by: at most 24 characters, never changed.</param>
/// <param name="ModelSignature">Eight characters at the start of the binary section, never changed.</param>
/// <param name="Version">The version written, counted up with every change of the binary format. The history stands beside each component's format.</param>
/// <param name="OldestReadable">The oldest version that is still read.</param>
internal sealed record SavedFormat(string LoaderSignature, string ModelSignature, uint Version = 0x00010001, uint OldestReadable = 0x00010001)
{
    /// <summary>The assembly that registers the component: ML.NET loads it to find the loader.</summary>
    public Assembly Assembly { get; init; } = typeof(SavedFormat).Assembly;

    public VersionInfo VersionInfo => new(ModelSignature, Version, Version, OldestReadable, loaderAssemblyName: Assembly.FullName, loaderSignature: LoaderSignature);

    /// <summary>Reads a section of a model file.</summary>
    /// <exception cref="FormatException">The section is cut short, or what it holds is not valid; the message names the section.</exception>
    public T ReadSection<T>(ModelLoadContext context, Func<BinaryReader, T> read)
    {
        context.CheckAtModel(VersionInfo);
        try
        {
            return read(context.Reader);
        }
        catch (Exception error) when (error is ArgumentException or EndOfStreamException or OverflowException or FormatException)
        {
            throw new FormatException($"The section '{LoaderSignature}' of the model file is damaged: {error.Message} Save the model again, or download the file again.", error);
        }
    }

    /// <summary>Reads a section that begins with one pair of columns, as OneToOneTransformerBase writes it.</summary>
    /// <param name="context">The model file.</param>
    /// <param name="read">Gets the names of output and input column, and what follows.</param>
    /// <exception cref="FormatException">The section is cut short, or what it holds is not valid; the message names the section.</exception>
    public T ReadSection<T>(ModelLoadContext context, Func<string, string, BinaryReader, T> read) => ReadSection(context, reader =>
    {
        int columns = reader.ReadInt32();
        if (columns != 1)
            throw new FormatException($"It lists {columns} columns instead of one.");
        string output = context.LoadNonEmptyString();
        return read(output, context.LoadNonEmptyString(), reader);
    });
}

/// <summary>A component's way back from a model file.</summary>
internal interface ISavedSeriesTransformer<TSelf>
    where TSelf : SeriesTransformer
{
    static abstract SavedFormat Identity { get; }

    /// <summary>Reads what <c>WriteModel</c> wrote.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="state">What was read before.</param>
    /// <param name="reader">Stands at what was written.</param>
    /// <param name="version">The version of <see cref="SavedFormat"/> that wrote it.</param>
    static abstract TSelf Read(IHostEnvironment env, SeriesTransformerState state, BinaryReader reader, uint version);
}

/// <summary>What ML.NET calls, by reflection, for a component that it finds in a model file. <c>Registrations.cs</c> names each.</summary>
internal static class SeriesTransformerLoader<T>
    where T : SeriesTransformer, ISavedSeriesTransformer<T>
{
    public static T Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentNullException.ThrowIfNull(ctx);
        return T.Identity.ReadSection(ctx, (output, input, reader)
            => T.Read(env, new SeriesTransformerState(output, input, SeriesPreparation.Read(reader)), reader, ctx.Header.ModelVerWritten));
    }

    public static IRowMapper Create(IHostEnvironment env, ModelLoadContext ctx, DataViewSchema inputSchema) => ((SeriesTransformer)Create(env, ctx)).RowMapper(inputSchema);
}
