using System.Text.Json;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// How text becomes words. What it needs is saved with the model, so that the model file is enough to score.
/// </summary>
public sealed class TextTokenization
{
    private const int MaxFileBytes = 64 << 20;

    private readonly Kind _kind;
    private readonly bool _lowercase;
    private readonly byte[] _vocabulary;
    private readonly byte[] _merges;
    private readonly Tokenizer? _tokenizer;

    private TextTokenization(Kind kind, bool lowercase, byte[] vocabulary, byte[] merges)
    {
        (_kind, _lowercase, _vocabulary, _merges) = (kind, lowercase, vocabulary, merges);
        _tokenizer = kind switch
        {
            Kind.WordPiece => BertTokenizer.Create(new MemoryStream(vocabulary),
                new BertOptions { LowerCaseBeforeTokenization = lowercase }),
            Kind.Bpe => BpeTokenizer.Create(new MemoryStream(vocabulary), new MemoryStream(merges)),
            _ => null,
        };
    }

    private enum Kind : byte
    {
        Kim,
        WordPiece,
        Bpe,
    }

    /// <summary>The rule of Kim 2014; beyond ASCII, letters of every script are kept and symbols are words.</summary>
    /// <param name="lowercase">Whether letters become small. The paper: true, but for TREC.</param>
    public static TextTokenization Words(bool lowercase = true) => new(Kind.Kim, lowercase, [], []);

    /// <summary>Pieces of words by <see cref="BertTokenizer"/>.</summary>
    /// <param name="vocabularyFile">vocab.txt: one piece a line.</param>
    /// <param name="lowercase">Whether letters become small.</param>
    public static TextTokenization WordPiece(string vocabularyFile, bool lowercase = true)
        => new(Kind.WordPiece, lowercase, ReadFile(vocabularyFile), []);

    /// <summary>Pieces of words by <see cref="BpeTokenizer"/>.</summary>
    /// <param name="vocabularyFile">vocab.json.</param>
    /// <param name="mergesFile">merges.txt.</param>
    public static TextTokenization BytePairs(string vocabularyFile, string mergesFile)
        => new(Kind.Bpe, false, ReadFile(vocabularyFile), ReadFile(mergesFile));

    /// <summary>Splits a text.</summary>
    /// <param name="text">May be empty.</param>
    public IReadOnlyList<string> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _tokenizer is null
            ? [.. KimTokenization.Split(text, _lowercase)]
            : [.. _tokenizer.EncodeToTokens(text, out _).Select(token => token.Value)];
    }

    // *** Binary format ***
    // byte: 0 words, 1 word pieces, 2 byte pairs; bool: lowercase; byte[]: vocabulary file; byte[]: merges file
    internal void Write(BinaryWriter writer)
    {
        writer.Write((byte)_kind);
        writer.Write(_lowercase);
        writer.WriteArray<byte>(_vocabulary);
        writer.WriteArray<byte>(_merges);
    }

    internal static TextTokenization Read(BinaryReader reader)
    {
        var kind = (Kind)reader.ReadByte();
        if (!Enum.IsDefined(kind))
            throw new FormatException($"It splits text in the unknown way {kind}.");
        bool lowercase = reader.ReadBoolean();
        byte[] vocabulary = reader.ReadArray<byte>();
        byte[] merges = reader.ReadArray<byte>();
        try
        {
            return new(kind, lowercase, vocabulary, merges);
        }
        catch (Exception error)
            when (error is ArgumentException or InvalidOperationException or JsonException or KeyNotFoundException)
        {
            throw new FormatException($"The files of its tokenizer are damaged: {error.Message}", error);
        }
    }

    private static byte[] ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long size = new FileInfo(path).Length;
        return size <= MaxFileBytes
            ? File.ReadAllBytes(path)
            : throw new ArgumentException($"The tokenizer file '{path}' has {size} bytes; "
                + $"at most {MaxFileBytes >> 20} MiB are taken, since it is saved with the model.");
    }
}
