using Microsoft.ML.SeqConv;

// Every component of this assembly that a model file may hold. Each type states its own name in model files.
[assembly: SavedComponent<MiniRocketTransformer>, SavedColumns<MiniRocketTransformer>]
[assembly: SavedComponent<RocketTransformer>, SavedColumns<RocketTransformer>]
[assembly: SavedComponent<MultiRocketTransformer>, SavedColumns<MultiRocketTransformer>]
[assembly: SavedComponent<HydraTransformer>, SavedColumns<HydraTransformer>]
[assembly: SavedComponent<IntervalQuantilesTransformer>, SavedColumns<IntervalQuantilesTransformer>]
[assembly: SavedComponent<ConvolutionTransformer>, SavedColumns<ConvolutionTransformer>]
[assembly: SavedComponent<DilatedShapeletsTransformer>, SavedColumns<DilatedShapeletsTransformer>]
[assembly: SavedComponent<MelSpectrogramTransformer>, SavedColumns<MelSpectrogramTransformer>]
[assembly: SavedComponent<LoadAudioTransformer>, SavedColumns<LoadAudioTransformer>]
[assembly: SavedComponent<RidgeMulticlassModelParameters>]
[assembly: SavedComponent<RidgeBinaryModelParameters>]
[assembly: SavedComponent<RidgeRegressionModelParameters>]
[assembly: SavedComponent<RidgeEnsembleMulticlassModelParameters>]
[assembly: SavedComponent<RidgeEnsembleBinaryModelParameters>]
[assembly: SavedComponent<RidgeEnsembleRegressionModelParameters>]
[assembly: SavedComponent<MinibatchLogisticRegressionModelParameters>]
