using System.Runtime.CompilerServices;
using Microsoft.ML.SeqConv;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]

// Every component of this assembly that a model file may hold. Each type states its own name in model files.
[assembly: SavedComponent<SeriesNetworkTransformer>, SavedColumns<SeriesNetworkTransformer>]
[assembly: SavedComponent<TextCnnTransformer>, SavedColumns<TextCnnTransformer>]
[assembly: SavedComponent<VdcnnTransformer>, SavedColumns<VdcnnTransformer>]
[assembly: SavedComponent<CldnnTransformer>, SavedColumns<CldnnTransformer>]
[assembly: SavedComponent<WaveNetForecastTransformer>, SavedColumns<WaveNetForecastTransformer>]
