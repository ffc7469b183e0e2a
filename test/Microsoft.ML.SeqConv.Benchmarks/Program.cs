using BenchmarkDotNet.Running;
using Microsoft.ML.SeqConv.Benchmarks;

// accuracy            test accuracy of the default pipelines on the public data sets, three seeds
// ensemble FILE [...] sequence ensembles beside their members: own splits and resamples of public data sets
// pruning             test accuracy, kept features and scoring time of full and pruned MiniRocket on public data sets
// series-networks     test accuracy of InceptionTime on public data sets
// text                test accuracy of TextCnn on public data sets
// trust [...]         coverage and size of prediction sets on public data sets, own splits and resamples
// wavenet             the speed of cached generation beside the convolution of the receptive field for each sample
// large [...]         fit and score of series that are never held: [--minibatch] --series N --features N --shards N
// quick NAME [...]    seconds of one piece of work, for side-by-side comparison with other programs
// soak [MINUTES]      memory of the process while it scores rows
// fuzz NAME [...]     readers of files, given damaged ones: fuzz all, fuzz sums --inputs 200000 --seed 1
// roofline the least time that a transform's operations take on this processor, beside the time that it takes
// anything else       BenchmarkDotNet, for example: --filter '*MiniRocket*'
return args switch
{
    ["accuracy", .. var rest] => AccuracyStudy.Run(rest),
    ["ensemble", .. var rest] => EnsembleStudy.Run(rest),
    ["pruning", .. var rest] => PruningStudy.Run(rest),
    ["series-networks", .. var rest] => SeriesNetworkStudy.Run(rest),
    ["text", .. var rest] => TextStudy.Run(rest),
    ["trust", .. var rest] => TrustStudy.Run(rest),
    ["wavenet"] => WaveNetStudy.Run(),
    ["large", .. var rest] => LargeDataStudy.Run(rest),
    ["quick", .. var rest] => QuickMode.Run(rest),
    ["fuzz", .. var rest] => FuzzStudy.Run(rest),
    ["roofline"] => Roofline.Run(),
    ["soak", .. var rest] => Soak.Run(rest),
    _ => RunBenchmarks(args),
};

static int RunBenchmarks(string[] args)
{
    BenchmarkSwitcher.FromAssembly(typeof(QuickMode).Assembly).Run(args);
    return 0;
}
