using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.SeqConv;

// Every component that a model file may hold: ML.NET finds its loader by the signature at the end. Signatures never change.
[assembly: LoadableClass("MiniRocket", typeof(MiniRocketTransformer), typeof(SeriesTransformerLoader<MiniRocketTransformer>), null, typeof(SignatureLoadModel), "MiniRocket", "SeqConvMiniRocket")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(SeriesTransformerLoader<MiniRocketTransformer>), null, typeof(SignatureLoadRowMapper), "MiniRocket", "SeqConvMiniRocket")]
[assembly: LoadableClass("Rocket", typeof(RocketTransformer), typeof(SeriesTransformerLoader<RocketTransformer>), null, typeof(SignatureLoadModel), "Rocket", "SeqConvRocket")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(SeriesTransformerLoader<RocketTransformer>), null, typeof(SignatureLoadRowMapper), "Rocket", "SeqConvRocket")]
[assembly: LoadableClass("Convolution1D", typeof(ConvolutionTransformer), typeof(SeriesTransformerLoader<ConvolutionTransformer>), null, typeof(SignatureLoadModel), "Convolution1D", "SeqConvConvolution1D")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(SeriesTransformerLoader<ConvolutionTransformer>), null, typeof(SignatureLoadRowMapper), "Convolution1D", "SeqConvConvolution1D")]
[assembly: LoadableClass("MultiRocket", typeof(MultiRocketTransformer), typeof(SeriesTransformerLoader<MultiRocketTransformer>), null, typeof(SignatureLoadModel), "MultiRocket", "SeqConvMultiRocket")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(SeriesTransformerLoader<MultiRocketTransformer>), null, typeof(SignatureLoadRowMapper), "MultiRocket", "SeqConvMultiRocket")]
[assembly: LoadableClass("Hydra", typeof(HydraTransformer), typeof(SeriesTransformerLoader<HydraTransformer>), null, typeof(SignatureLoadModel), "Hydra", "SeqConvHydra")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(SeriesTransformerLoader<HydraTransformer>), null, typeof(SignatureLoadRowMapper), "Hydra", "SeqConvHydra")]
[assembly: LoadableClass("Ridge (multiclass)", typeof(RidgeMulticlassModelParameters), typeof(FeatureModelLoader<RidgeMulticlassModelParameters>), null, typeof(SignatureLoadModel), "Ridge multiclass", "SeqConvRidgeMulticlass")]
[assembly: LoadableClass("Ridge (binary)", typeof(RidgeBinaryModelParameters), typeof(FeatureModelLoader<RidgeBinaryModelParameters>), null, typeof(SignatureLoadModel), "Ridge binary", "SeqConvRidgeBinary")]
[assembly: LoadableClass("Ridge (regression)", typeof(RidgeRegressionModelParameters), typeof(FeatureModelLoader<RidgeRegressionModelParameters>), null, typeof(SignatureLoadModel), "Ridge regression", "SeqConvRidgeRegression")]
[assembly: LoadableClass("Minibatch logistic regression", typeof(MinibatchLogisticRegressionModelParameters), typeof(FeatureModelLoader<MinibatchLogisticRegressionModelParameters>), null, typeof(SignatureLoadModel), "Minibatch logistic regression", "SeqConvMinibatchLogistic")]
[assembly: LoadableClass("Mel spectrogram", typeof(MelSpectrogramTransformer), typeof(ColumnTransformerLoader<MelSpectrogramTransformer>), null, typeof(SignatureLoadModel), "Mel spectrogram", "SeqConvMelSpectrogram")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(ColumnTransformerLoader<MelSpectrogramTransformer>), null, typeof(SignatureLoadRowMapper), "Mel spectrogram", "SeqConvMelSpectrogram")]
[assembly: LoadableClass("Load audio", typeof(LoadAudioTransformer), typeof(ColumnTransformerLoader<LoadAudioTransformer>), null, typeof(SignatureLoadModel), "Load audio", "SeqConvLoadAudio")]
[assembly: LoadableClass(typeof(IRowMapper), typeof(ColumnTransformerLoader<LoadAudioTransformer>), null, typeof(SignatureLoadRowMapper), "Load audio", "SeqConvLoadAudio")]
