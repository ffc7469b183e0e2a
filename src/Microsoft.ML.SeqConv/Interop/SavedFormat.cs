using System.Reflection;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>How a component is named and versioned in model files.</summary>
/// <param name="LoaderSignature">The name that ML.NET finds the loader by: at most 24 characters, never changed.</param>
/// <param name="ModelSignature">Eight characters at the start of the binary section, never changed.</param>
/// <param name="Version">
/// The version written, counted up with every change of the component's binary format. The history stands beside each
/// component's format.
/// </param>
/// <param name="OldestReadable">The oldest version that is still read.</param>
internal sealed record SavedFormat(string LoaderSignature, string ModelSignature, uint Version = 0x00010001, uint OldestReadable = 0x00010001)
{
    // A bit of the version in the file: the section is in a ChecksumFrame. Components do not see it.
    private const uint Checksummed = 0x0100;

    /// <summary>The assembly that registers the component: ML.NET loads it to find the loader.</summary>
    public Assembly Assembly { get; init; } = typeof(SavedFormat).Assembly;

    private VersionInfo VersionInfo => new(
        ModelSignature, Version | Checksummed, Version | Checksummed, OldestReadable,
        loaderAssemblyName: Assembly.FullName, loaderSignature: LoaderSignature);

    /// <summary>Writes a section of a model file, with a checksum.</summary>
    /// <param name="context">The model file; what was written to the section before is part of the checksum.</param>
    /// <param name="start">Where the section began, see <see cref="StartOf"/>.</param>
    /// <param name="write">Writes the component.</param>
    public void WriteSection(ModelSaveContext context, long start, Action<BinaryWriter> write)
    {
        context.SetVersionInfo(VersionInfo);
        ChecksumFrame.Write(context.Writer, start, write);
    }

    /// <summary>Where a section that is about to be written begins.</summary>
    public static long StartOf(ModelSaveContext context)
    {
        context.Writer.Flush();
        return context.Writer.BaseStream.Position;
    }

    /// <summary>Reads a section of a model file.</summary>
    /// <typeparam name="TPrefix">What ML.NET's base class writes.</typeparam>
    /// <typeparam name="T">The component.</typeparam>
    /// <param name="context">The model file.</param>
    /// <param name="readPrefix">Reads what ML.NET's base class wrote.</param>
    /// <param name="read">
    /// Reads what <see cref="WriteSection"/> wrote, given the prefix and the version of the component's format.
    /// </param>
    /// <exception cref="FormatException">The section is cut short, or what it holds is not valid; the message names the section.</exception>
    public T ReadSection<TPrefix, T>(
        ModelLoadContext context, Func<BinaryReader, TPrefix> readPrefix, Func<TPrefix, BinaryReader, uint, T> read)
    {
        context.CheckAtModel(VersionInfo);
        uint written = context.Header.ModelVerWritten;
        try
        {
            long start = context.Reader.BaseStream.Position;
            TPrefix prefix = readPrefix(context.Reader);
            return (written & Checksummed) == 0 ? read(prefix, context.Reader, written)
                : ChecksumFrame.Read(
                    context.Reader, start, end: null, reader => read(prefix, reader, written & ~Checksummed));
        }
        catch (Exception error) when (error is ArgumentException or EndOfStreamException or OverflowException or FormatException)
        {
            throw new FormatException(
                $"The section '{LoaderSignature}' of the model file is damaged: {Sentence(error)} {ModelArchive.Remedy}",
                error);
        }
    }

    // .NET appends the parameter and its value to the messages of arguments.
    private static string Sentence(Exception error)
    {
        string message = error.Message.ReplaceLineEndings(" ");
        int parameter = error is ArgumentException
            ? message.LastIndexOf(" (Parameter '", StringComparison.Ordinal)
            : -1;
        return parameter < 0 ? message : message[..parameter];
    }

    /// <summary>Reads a section that begins with one pair of columns, as OneToOneTransformerBase writes it.</summary>
    /// <param name="context">The model file.</param>
    /// <param name="read">
    /// Gets the names of output and input column, what follows, and the version of the component's format.
    /// </param>
    /// <exception cref="FormatException">The section is cut short, or what it holds is not valid; the message names the section.</exception>
    public T ReadSection<T>(ModelLoadContext context, Func<string, string, BinaryReader, uint, T> read) => ReadSection(
        context,
        reader =>
        {
            int columns = reader.ReadInt32();
            if (columns != 1)
                throw new FormatException($"It lists {columns} columns instead of one.");
            return (Output: context.LoadNonEmptyString(), Input: context.LoadNonEmptyString());
        },
        (pair, reader, version) => read(pair.Output, pair.Input, reader, version));
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
        return T.Identity.ReadSection(ctx, (output, input, reader, version)
            => T.Read(env, new SeriesTransformerState(output, input, SeriesPreparation.Read(reader)), reader, version));
    }

    public static IRowMapper Create(IHostEnvironment env, ModelLoadContext ctx, DataViewSchema inputSchema) => ((SeriesTransformer)Create(env, ctx)).RowMapper(inputSchema);
}
