using Microsoft.ML.Data;

namespace Microsoft.ML.SeqConv;

/// <summary>What a section of a model file begins with, before the component's own part.</summary>
internal enum SectionPrefix
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The names of an output and an input column, as ML.NET writes those of its own transformers.</summary>
    ColumnPair,

    /// <summary>The size of Single, as ML.NET writes it before every trained model.</summary>
    SizeOfSingle,
}

/// <summary>How a component is named and versioned in model files.</summary>
/// <param name="LoaderSignature">
/// The name that ML.NET finds the loader by: at most 24 characters, never changed.
/// </param>
/// <param name="ModelSignature">Eight characters at the start of the binary section, never changed.</param>
/// <param name="Prefix">What the section begins with, never changed.</param>
/// <param name="Version">
/// The version written, counted up with every change of the component's binary format. The history stands beside each
/// component's format.
/// </param>
internal sealed record SavedFormat(
    string LoaderSignature, string ModelSignature, SectionPrefix Prefix, uint Version = SavedFormat.FirstVersion)
{
    private const uint FirstVersion = 0x00010001;

    // A bit of the version in the file: the section is in a ChecksumFrame. Components do not see it.
    private const uint Checksummed = 0x0100;

    /// <summary>Writes a section of a model file, with a checksum.</summary>
    /// <param name="context">The model file.</param>
    /// <param name="component">The component's type: ML.NET loads its assembly to find the loader.</param>
    /// <param name="columns">The columns of a <see cref="SectionPrefix.ColumnPair"/>.</param>
    /// <param name="write">Writes the component.</param>
    public void WriteSection(
        ModelSaveContext context, Type component, (string Output, string Input) columns, Action<BinaryWriter> write)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Writer.Flush();
        long start = context.Writer.BaseStream.Position;
        // *** Binary format ***
        // none; or int: 1, and the places of two names in the file's table of names; or int: 4
        if (Prefix == SectionPrefix.ColumnPair)
        {
            context.Writer.Write(1);
            context.SaveNonEmptyString(columns.Output);
            context.SaveNonEmptyString(columns.Input);
        }
        else if (Prefix == SectionPrefix.SizeOfSingle)
        {
            context.Writer.Write(sizeof(float));
        }

        context.SetVersionInfo(VersionOf(component));
        ChecksumFrame.Write(context.Writer, start, write);
    }

    /// <summary>Reads a section of a model file.</summary>
    /// <typeparam name="T">The component.</typeparam>
    /// <param name="context">The model file.</param>
    /// <param name="read">
    /// Reads what <see cref="WriteSection"/> wrote, given the columns of the prefix and the version of the component's
    /// format.
    /// </param>
    /// <exception cref="FormatException">
    /// The section is cut short, or what it holds is not valid; the message names the section.
    /// </exception>
    public T ReadSection<T>(
        ModelLoadContext context, Func<(string Output, string Input), BinaryReader, uint, T> read)
    {
        context.CheckAtModel(VersionOf(typeof(T)));
        uint written = context.Header.ModelVerWritten;
        try
        {
            long start = context.Reader.BaseStream.Position;
            (string Output, string Input) columns = ReadPrefix(context);
            return (written & Checksummed) == 0 ? read(columns, context.Reader, written)
                : ChecksumFrame.Read(
                    context.Reader, start, end: null, reader => read(columns, reader, written & ~Checksummed));
        }
        catch (Exception error) when (error is ArgumentException or EndOfStreamException or OverflowException
            or FormatException)
        {
            throw new FormatException(
                $"The section '{LoaderSignature}' of the model file is damaged: "
                + $"{Sentence(error)} {ModelArchive.Remedy}",
                error);
        }
    }

    private VersionInfo VersionOf(Type component) => new(
        ModelSignature, Version | Checksummed, Version | Checksummed, FirstVersion,
        loaderAssemblyName: component.Assembly.FullName, loaderSignature: LoaderSignature);

    private (string Output, string Input) ReadPrefix(ModelLoadContext context)
    {
        switch (Prefix)
        {
            case SectionPrefix.ColumnPair:
                int columns = context.Reader.ReadInt32();
                return columns == 1
                    ? (context.LoadNonEmptyString(), context.LoadNonEmptyString())
                    : throw new FormatException($"It lists {columns} columns instead of one.");
            case SectionPrefix.SizeOfSingle:
                int size = context.Reader.ReadInt32();
                return size == sizeof(float)
                    ? ("", "")
                    : throw new FormatException($"Its numbers have {size} bytes instead of {sizeof(float)}.");
            default:
                return ("", "");
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
}
