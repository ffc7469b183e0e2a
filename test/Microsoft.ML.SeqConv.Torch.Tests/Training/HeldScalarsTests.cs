using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.Kernels;
using Microsoft.ML.SeqConv.TestKit;
using Microsoft.ML.SeqConv.Torch.Tests.Fuzzing;
using Microsoft.ML.SeqConv.Torch.Tests.Networks;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Training;

/// <summary>No scalar may be finalized before libtorch has read it.</summary>
public class HeldScalarsTests
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    // Scalars are made in HeldScalars alone; and no method of TorchSharp is called that makes one itself, directly
    // or through others.
    [Fact]
    public void Compiled_calls_make_no_scalar_elsewhere()
    {
        List<(MethodBase Caller, MethodBase Callee)> torchCalls = [.. CallsOf(typeof(Scalar).Assembly)];
        HashSet<MethodBase> makers = [.. torchCalls.Where(call => MakesScalar(call.Callee)).Select(call => call.Caller),
            .. torchCalls.Select(call => call.Callee).Where(MakesScalar)];
        while (torchCalls.Where(call => makers.Contains(call.Callee)).Select(call => call.Caller)
            .Where(makers.Add).ToList().Count > 0)
        {
        }

        string[] calls = [.. CallsOf(typeof(HeldScalars).Assembly)
            .Where(call => call.Caller.DeclaringType != typeof(HeldScalars)
                && (makers.Contains(call.Callee) || MakesScalar(call.Callee)))
            .Select(call => $"{call.Caller.DeclaringType}.{call.Caller.Name} calls {call.Callee}").Distinct()];
        Assert.Empty(calls);

        // A module of TorchSharp is called through its base class: those whose own forward makes a scalar may hold
        // weights, and are not called.
        string[] modules = [.. CallsOf(typeof(HeldScalars).Assembly).Select(call => call.Callee).OfType<MethodInfo>()
            .Select(method => method.ReturnType)
            .Where(type => typeof(nn.Module).IsAssignableFrom(type) && type.Assembly == typeof(Scalar).Assembly
                && ForwardMakesScalar(type)).Select(type => type.Name).Distinct()];
        Assert.Equal(["BatchNorm1d"], modules);
        Assert.DoesNotContain(CallsOf(typeof(HeldScalars).Assembly),
            call => call.Caller.DeclaringType == typeof(MaskedBatchNorm) && call.Callee.Name == "call");

        bool ForwardMakesScalar(Type type)
        {
            for (Type? at = type; at is not null; at = at.BaseType)
            {
                MethodInfo? forward = at.GetMethods(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                    .FirstOrDefault(method => method.Name == "forward");
                if (forward is not null)
                    return makers.Contains(forward);
            }

            return false;
        }

        Assert.Contains(makers, method => method.Name == "op_Addition");        // the walk sees what it must
    }

    [Theory]
    [InlineData("textcnn-rand")]
    [InlineData("textcnn-multichannel-separable")]
    [InlineData("inception")]
    [InlineData("fcn")]
    [InlineData("resnet")]
    [InlineData("vdcnn-max")]
    [InlineData("cldnn")]
    [InlineData("forecast")]
    [InlineData("wavenet")]
    public void Forced_collections_change_no_weight(string network)
    {
        float[] quiet = Weights(network);
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        float[] disturbed;
        try
        {
            disturbed = Weights(network);
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }

        Assert.Equal(quiet, disturbed);
    }

    private static bool MakesScalar(MethodBase method)
        => (method.DeclaringType == typeof(Scalar) && method.Name is "op_Implicit" or ".ctor")
            || (method is MethodInfo { Name: "ToScalar" } info && info.ReturnType == typeof(Scalar));

    private static float[] Weights(string name) => name switch
    {
        "forecast" => Forecast(),
        "wavenet" => WaveNet(),
        _ => Classifier(name),
    };

    private static float[] Forecast()
    {
        var context = new MLContext(1);
        IDataView data = SineWaves.View(context, SineWaves.Make(6, 40), 40);
        using WaveNetForecastTransformer model = context.Forecasting.ForecastByWaveNet("Forecast", "Series",
            new WaveNetForecastEstimator.Options
            {
                WindowSize = 8,
                Horizon = 4,
                NumberOfEpochs = 3,
                NumberOfNetworks = 1,
                NumberOfChannels = 4,
                Seed = 1,
            }).Fit(data);
        return [.. model.Transform(data).GetColumn<float[]>("Forecast").SelectMany(values => values)];
    }

    private static float[] WaveNet()
    {
        WaveNetModel model = NetworkModels.TrainWaveNet().Model;
        return [.. model.Embedding,
            .. model.Layers.SelectMany(layer => layer.Taps.SelectMany(tap => tap)), .. model.Output];
    }

    private static float[] Classifier(string name)
    {
        using SequenceNetwork network = NetworkCases.Make(name);
        using Optimizer optimizer = name switch
        {
            "textcnn-rand" => new Adadelta(network),
            "vdcnn-max" => new Sgd(network, 0.9),
            _ => new Adam(network),
        };
        int epochs = name.StartsWith("vdcnn", StringComparison.Ordinal) ? 2 : 8;
        TrainingRun.Train(network, optimizer, NetworkCases.Examples(name, 24, ragged: true), null,
            TrainingRun.Settings(epochs) with { ClipNorm = 1 });
        using var scope = NewDisposeScope();
        return [.. network.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .SelectMany(entry => entry.Value.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray())];
    }

    private static IEnumerable<(MethodBase Caller, MethodBase Callee)> CallsOf(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            int address = metadata.GetMethodDefinition(handle).RelativeVirtualAddress;
            if (address == 0)
                continue;
            MethodBase caller = assembly.ManifestModule.ResolveMethod(MetadataTokens.GetToken(handle))!;
            foreach (int token in MethodTokens(file.GetMethodBody(address).GetILReader()))
            {
                if (Resolve(caller, token) is MethodBase callee)
                    yield return (caller, callee);
            }
        }
    }

    private static MethodBase? Resolve(MethodBase caller, int token)
    {
        Type[] types = caller.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : [];
        MemberInfo? member = caller.Module.ResolveMember(token, types,
            caller.IsGenericMethod ? caller.GetGenericArguments() : []);
        return member is MethodInfo { IsGenericMethod: true } generic
            ? generic.GetGenericMethodDefinition()
            : member as MethodBase;
    }

    private static List<int> MethodTokens(BlobReader code)
    {
        var tokens = new List<int>();
        while (code.RemainingBytes > 0)
        {
            int first = code.ReadByte();
            OpCode operation = OpCodesByValue[unchecked((short)(first == 0xFE ? 0xFE00 | code.ReadByte() : first))];
            switch (operation.OperandType)
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.ReadByte();
                    break;
                case OperandType.InlineVar:
                    code.ReadInt16();
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.ReadInt64();
                    break;
                case OperandType.InlineSwitch:
                    int count = code.ReadInt32();
                    code.Offset += 4 * count;
                    break;
                case OperandType.InlineMethod:
                    tokens.Add(code.ReadInt32());
                    break;
                default:
                    code.ReadInt32();
                    break;
            }
        }

        return tokens;
    }
}
