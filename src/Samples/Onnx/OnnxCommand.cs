using System.CommandLine;

namespace Microsoft.ML.SeqConv.Samples.Onnx;

/// <summary>The command line of <see cref="OnnxJob"/>.</summary>
internal static class OnnxCommand
{
    public static System.CommandLine.Command Create()
    {
        var train = new Option<string?>("--train")
        {
            Description = "Training series: .ts, .arff, or UCR .tsv/.txt/.csv. Default: the cylinder-bell-funnel set."
        };
        var test = new Option<string?>("--test") { Description = "Test series, in any of the formats." };
        var provider = new Option<string[]>("--provider")
        {
            Description = "Execution provider: Cpu, Cuda, WebGpu, ...; repeat it for an order of fall-back.",
            DefaultValueFactory = _ => ["Cpu"]
        };
        var device =
            new Option<int>("--device") { Description = "Number of the device.", DefaultValueFactory = _ => 0 };
        var noFallback = new Option<bool>("--no-fallback")
        {
            Description = "An error instead of the CPU where the provider is unavailable.",
        };
        var batch = new Option<int>("--batch")
        {
            Description = "Series a call of ONNX Runtime.",
            DefaultValueFactory = _ => 32
        };
        var form = new Option<OnnxForm>("--form")
        {
            Description = "Standard: for CPUs. Gpu: for GPUs. Function: with this library's operators.",
            DefaultValueFactory = _ => OnnxForm.Standard
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for pipeline.onnx.",
            DefaultValueFactory = _ => Path.Combine("out", "onnx")
        };
        var command = new System.CommandLine.Command("onnx", "Fits MiniRocket and ridge, writes them as one ONNX file, "
            + "scores it with ONNX Runtime and compares with the native pipeline.")
        {
            train, test, provider, device, noFallback, batch, form, output,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(CommandRunner.Run(() => OnnxJob.Run(
            new OnnxJobSettings(
                parsed.GetValue(train),
                parsed.GetValue(test),
                parsed.GetValue(form),
                new OnnxScorerOptions
                {
                    ExecutionProviders = parsed.GetValue(provider)!,
                    DeviceIndex = parsed.GetValue(device),
                    FallbackToCpu = !parsed.GetValue(noFallback),
                    BatchSize = parsed.GetValue(batch),
                },
                parsed.GetValue(output)!),
            cancellation))));
        return command;
    }
}
