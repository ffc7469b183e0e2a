using Xunit;
using static TorchSharp.torch;

namespace Microsoft.ML.SeqConv.Torch.Tests.Networks;

/// <summary>Settings of networks over series: each network's own, in the bytes of the first version.</summary>
public class SeriesNetworkSettingsTests
{
    [Fact]
    public void Numbers_in_files_are_unique_and_stay()
    {
        Assert.Distinct(SeriesNetworks.All.Select(network => network.Number));
        Assert.Equal(typeof(InceptionSettings), SeriesNetworks.Of(0).Settings);
        Assert.Equal(typeof(FcnSettings), SeriesNetworks.Of(1).Settings);
        Assert.Equal(typeof(ResNetSettings), SeriesNetworks.Of(2).Settings);
    }

    [Fact]
    public void Every_kind_of_settings_is_in_a_file()
    {
        IEnumerable<Type> settings = typeof(SeriesNetworkSettings).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(SeriesNetworkSettings)));
        Assert.Equal(settings.ToHashSet(), [.. SeriesNetworks.All.Select(network => network.Settings)]);
    }

    [Fact]
    public void Files_have_the_bytes_of_the_first_version()
    {
        AssertBytes(
            [0, 3, 4, 5, 6, 7, 8, 1], new InceptionSettings(3, 4, 5, 6, 7, 8, ConvolutionKind.DepthwiseSeparable));
        AssertBytes([1, 3, 4, 6, 9, 40, 32, 0], new FcnSettings(3, 4, 9, ConvolutionKind.Full));
        AssertBytes([2, 3, 4, 6, 9, 40, 32, 1], new ResNetSettings(3, 4, 9, ConvolutionKind.DepthwiseSeparable));
    }

    [Fact]
    public void An_unknown_number_and_a_wrong_size_are_named()
    {
        Assert.StartsWith(
            "The kind of network is 200, which this version does not know.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Read([200])).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "NumberOfFilters is 0; it must be 1 to 65536.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Read(Bytes([1, 3, 4, 6, 0, 40, 32, 0]))).Message,
            StringComparison.Ordinal);
    }

    // byte, six ints, byte
    private static byte[] Bytes(int[] numbers)
        => [(byte)numbers[0], .. numbers[1..7].SelectMany(BitConverter.GetBytes), (byte)numbers[7]];

    private static void AssertBytes(int[] expected, SeriesNetworkSettings settings)
    {
        TorchLibrary.EnsureLoaded();
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            settings.Write(writer);
        byte[] bytes = Bytes(expected);
        Assert.Equal(bytes, stream.ToArray());
        Assert.Equal(settings, Read(bytes));
        using SequenceNetwork network = settings.Make(META);
        string name = settings.GetType().Name.Replace("Settings", "Network", StringComparison.Ordinal);
        Assert.Equal(name, network.GetName());
    }

    private static SeriesNetworkSettings Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        return SeriesNetworkSettings.Read(reader);
    }
}
