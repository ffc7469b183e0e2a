using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv;

// Every component that a model file may hold: ML.NET finds its loader by the signature at the end. Signatures never change.
[assembly: LoadableClass("MiniRocket", typeof(MiniRocketTransformer), typeof(SeriesTransformerLoader<MiniRocketTransformer>), null, typeof(SignatureLoadModel), "MiniRocket", "SeqConvMiniRocket")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(SeriesTransformerLoader<MiniRocketTransformer>), null, typeof(SignatureLoadRowMapper), "MiniRocket", "SeqConvMiniRocket")]
