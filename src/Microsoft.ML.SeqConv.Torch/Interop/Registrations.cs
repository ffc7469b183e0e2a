using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]

// Every component of this assembly that a model file may hold: ML.NET finds its loader by the signature at the end. Signatures never change.
[assembly: LoadableClass("Network over series", typeof(SeriesNetworkTransformer), typeof(SequenceTransformerLoader<SeriesNetworkTransformer>), null, typeof(SignatureLoadModel), "Series network", "SeqConvSeriesNetwork")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(SequenceTransformerLoader<SeriesNetworkTransformer>), null, typeof(SignatureLoadRowMapper), "Series network", "SeqConvSeriesNetwork")]
[assembly: LoadableClass("TextCnn", typeof(TextCnnTransformer), typeof(SequenceTransformerLoader<TextCnnTransformer>), null, typeof(SignatureLoadModel), "TextCnn", "SeqConvTextCnn")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(SequenceTransformerLoader<TextCnnTransformer>), null, typeof(SignatureLoadRowMapper), "TextCnn", "SeqConvTextCnn")]
[assembly: LoadableClass("Cldnn", typeof(CldnnTransformer), typeof(SequenceTransformerLoader<CldnnTransformer>), null, typeof(SignatureLoadModel), "Cldnn", "SeqConvCldnn")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(SequenceTransformerLoader<CldnnTransformer>), null, typeof(SignatureLoadRowMapper), "Cldnn", "SeqConvCldnn")]
[assembly: LoadableClass("WaveNet forecast", typeof(WaveNetForecastTransformer), typeof(ColumnTransformerLoader<WaveNetForecastTransformer>), null, typeof(SignatureLoadModel), "WaveNet forecast", "SeqConvWaveNetForecast")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(ColumnTransformerLoader<WaveNetForecastTransformer>), null, typeof(SignatureLoadRowMapper), "WaveNet forecast", "SeqConvWaveNetForecast")]
[assembly: LoadableClass("Vdcnn", typeof(VdcnnTransformer), typeof(SequenceTransformerLoader<VdcnnTransformer>), null, typeof(SignatureLoadModel), "Vdcnn", "SeqConvVdcnn")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(SequenceTransformerLoader<VdcnnTransformer>), null, typeof(SignatureLoadRowMapper), "Vdcnn", "SeqConvVdcnn")]
