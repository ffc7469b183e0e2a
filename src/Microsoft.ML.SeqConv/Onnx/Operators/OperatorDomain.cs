using System.Runtime.InteropServices;
using Microsoft.ML.SeqConv.Kernels;

namespace Microsoft.ML.SeqConv;

/// <summary>
/// This library's operators in ONNX files: nodes of <see cref="Name"/> have a function of standard operators in the
/// file, and where the operators are registered, these compute instead.
/// </summary>
internal static unsafe class OperatorDomain
{
    /// <summary>The domain of the operators.</summary>
    public const string Name = "ai.seqconv";

    /// <summary>Their version.</summary>
    public const long Version = 1;

    /// <summary>
    /// A file has one function for each name: a pipeline may have as many featurizers of one kind, and those beyond are
    /// written as nodes.
    /// </summary>
    public const int MaxOfOneKind = 16;

    private static readonly object Registration = new();
    private static void* _domain;

    /// <summary>The operators' names for a kind of featurizer.</summary>
    public static IEnumerable<string> NamesOf(string kind)
        => Enumerable.Range(1, MaxOfOneKind).Select(i => i == 1 ? kind : $"{kind}{i}");

    /// <summary>Adds the operators to the options of a session.</summary>
    /// <param name="api">ONNX Runtime.</param>
    /// <param name="sessionOptions">The address of the options.</param>
    public static void AddTo(OrtApi api, void* sessionOptions)
    {
        lock (Registration)
        {
            if (_domain is null)
                _domain = Create(api);
        }

        api.AddDomain(sessionOptions, _domain);
    }

    // It lives as long as the process: sessions keep the addresses.
    private static void* Create(OrtApi api)
    {
        void* domain = api.CreateDomain((byte*)Marshal.StringToCoTaskMemUTF8(Name));
        for (int kind = 0; kind < FeaturizerBytes.Kinds.Count; kind++)
        {
            foreach (string name in NamesOf(FeaturizerBytes.Kinds[kind]))
                api.AddOperator(domain, FeaturizerOperator.Create(api, name, kind));
        }

        return domain;
    }
}
