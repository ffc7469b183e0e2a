using System.Numerics;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests;

public class AudioTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(60)]
    [InlineData(64)]
    [InlineData(101)]
    public void The_power_spectrum_is_that_of_the_definition(int length)
    {
        var random = new Random(length);
        double[] signal = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble() - 0.5)];
        var fourier = new FourierTransform(length);
        var power = new double[length / 2 + 1];
        fourier.PowerSpectrum(signal, power, new Complex[fourier.ScratchLength]);
        for (int k = 0; k < power.Length; k++)
        {
            Complex sum = Complex.Zero;
            for (int n = 0; n < length; n++)
                sum += signal[n] * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * n / length);
            Assert.Equal(sum.Magnitude * sum.Magnitude, power[k], 1e-10);
        }
    }

    [Fact]
    public void Every_level_of_mu_law_has_itself_back_and_levels_rise_with_samples()
    {
        for (int level = 0; level < MuLaw.Levels; level++)
            Assert.Equal(level, MuLaw.Encode(MuLaw.Decode((byte)level)));
        Assert.Equal((-1f, 1f), (MuLaw.Decode(0), MuLaw.Decode(255)));
        Assert.Equal((0, 255, 128), (MuLaw.Encode(-3), MuLaw.Encode(float.PositiveInfinity), MuLaw.Encode(float.NaN)));
        for (int i = -1000; i < 1000; i++)
            Assert.True(MuLaw.Encode(i / 1000f) <= MuLaw.Encode((i + 1) / 1000f));
    }

    [Theory]
    [InlineData(16000, 8000)]
    [InlineData(8000, 16000)]
    [InlineData(44100, 16000)]
    [InlineData(8000, 11025)]
    public void Resampling_keeps_what_both_rates_can_hold_and_drops_the_rest(int from, int to)
    {
        var resampler = new Resampler(from, to);
        double most = Math.Min(from, to) / 2.0;
        Assert.True(Error(Tone(from, 0.6 * most), Tone(to, 0.6 * most)) < 1e-3);
        if (from > to)
            Assert.True(Error(Tone(from, 1.2 * most), new float[to]) < 1e-2);       // would come back as an alias

        float[] Tone(int rate, double hertz)
            => [.. Enumerable.Range(0, rate).Select(n => (float)Math.Sin(2 * Math.PI * hertz * n / rate))];

        double Error(float[] source, float[] expected)
        {
            float[] result = resampler.Resample(source);
            Assert.Equal(to, result.Length);
            int edge = to / 20;     // silence lies beyond the ends
            return Enumerable.Range(edge, to - 2 * edge).Max(i => Math.Abs(result[i] - expected[i]));
        }
    }

    [Fact]
    public void Resampling_to_the_same_rate_changes_nothing_and_absurd_ratios_are_refused()
    {
        float[] samples = [1, -2, 3];
        Assert.Equal(samples, new Resampler(8000, 8000).Resample(samples));
        Assert.Single(new Resampler(48000, 8000).Resample([0.5f]));
        Refused("From 1 to 44100 samples a second is a factor of 4.41E+04; 1/1024 to 32 are possible. "
            + "Correct the rate in the header of the file if it is wrong, or choose a rate nearer to it.",
            () => new Resampler(1, 44_100));
        Refused("From 10000000 to 8000 samples a second is a factor of 0.0008;", () => new Resampler(10_000_000, 8000));
        Refused("A clip of 20000000 samples has 640000000 at the new rate; at most 536870912 are possible.",
            () => new Resampler(1000, 32_000).LengthOf(20_000_000));
        Refused("fromRate is 0; it must be 1 to 10000000.", () => new Resampler(0, 8000));
        Refused("From 100 to 8000 samples a second is a factor of 80; 1/1024 to 79 are",
            () => new Resampler(100, 8000, 79));
        Refused("From 8000 to 2 samples a second is a factor of 0.00025; 1/3999 to 3999 are",
            () => new Resampler(8000, 2, 3999));
        Refused("maxFactor is 0; it must be 1 to 65536.", () => new Resampler(8000, 8000, 0));
        Refused("maxFactor is 65537; it must be 1 to 65536.",
            () => new Resampler(8000, 8000, Resampler.MaxFactorLimit + 1));

        static void Refused(string message, Func<object> act)
            => Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(act).Message,
                StringComparison.Ordinal);
    }

    /// <summary>Time is in seconds; the ends, where silence comes in, are left out.</summary>
    [Theory]
    [InlineData(100, 8000)]
    [InlineData(8000, 5)]
    public void A_higher_factor_resamples_further(int from, int to)
    {
        var resampler = new Resampler(from, to, maxFactor: 1600);
        double hertz = 0.3 * Math.Min(from, to);
        double edge = 40.0 / Math.Min(from, to);
        double seconds = 4 * edge;
        float[] source = [.. Enumerable.Range(0, (int)(seconds * from))
            .Select(n => (float)Math.Sin(2 * Math.PI * hertz * n / from))];
        float[] result = resampler.Resample(source);
        Assert.Equal((int)(seconds * to), result.Length);
        for (int i = (int)(edge * to); i < (seconds - edge) * to; i++)
            Assert.Equal(Math.Sin(2 * Math.PI * hertz * i / to), result[i], 1e-3);
    }

    [Theory]
    [InlineData(250_007, 44_100)]
    [InlineData(44_100, 250_007)]
    [InlineData(9_999_991, 9_999_973)]
    [InlineData(9_999_991, 9_767)]
    public void Rates_without_a_common_divisor_need_small_tables(int from, int to)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var resampler = new Resampler(from, to);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 20 << 20);
        double hertz = 0.3 * Math.Min(from, to);
        int length = Math.Min(from, 60_000);
        float[] result = resampler.Resample(
            [.. Enumerable.Range(0, length).Select(n => (float)Math.Sin(2 * Math.PI * hertz * n / from))]);
        int edge = (int)(80.0 * to / Math.Min(from, to)) + 1;
        for (int i = edge; i < result.Length - edge; i++)
            Assert.Equal(Math.Sin(2 * Math.PI * hertz * i / to), result[i], 1e-4);
    }

    [Fact]
    public void Scales_go_there_and_back()
    {
        foreach (MelScale scale in Enum.GetValues<MelScale>())
        {
            for (double hertz = 0; hertz < 20_000; hertz += 37)
                Assert.Equal(hertz, scale.ToHertz(scale.ToMel(hertz)), 1e-8);
        }

        Assert.Equal((15.0, 42.0),
            (Math.Round(MelScale.Slaney.ToMel(1000), 9), Math.Round(MelScale.Slaney.ToMel(6400), 9)));
        Assert.Equal(1000, MelScale.Htk.ToMel(1000), 0.02);
    }

    [Theory]
    [InlineData(FramePadding.Zeros)]
    [InlineData(FramePadding.Reflect)]
    [InlineData(FramePadding.None)]
    public void Clips_of_any_length_have_finite_frames(FramePadding padding)
    {
        MelSettings settings = Settings(padding: padding, logarithm: MelLogarithm.Natural);
        MelSpectrogram.Worker worker = new MelSpectrogram(settings).CreateWorker();
        foreach (int samples in new[] { 1, 2, 79, 80, 255, 256, 257, 1000 })
        {
            var spectrogram = new float[settings.FramesOf(samples) * settings.NumberOfBands];
            worker.Transform([.. Enumerable.Repeat(0.3f, samples)], spectrogram);
            Assert.NotEmpty(spectrogram);
            Assert.All(spectrogram, value => Assert.True(float.IsFinite(value)));
        }

        Assert.Throws<ArgumentException>(() => worker.Transform([], []));
    }

    [Theory]
    [InlineData("WindowSize is 257; it must be 2 to TransformSize, 256.")]
    [InlineData("MaxFrequency is 4001; it must be at most half of SampleRate, 4000.")]
    [InlineData("MinFrequency is 4000; it must be at least 0 and below MaxFrequency, 4000.")]
    [InlineData("NumberOfBands is 200; it leaves band 0 without any bin of the spectrum. "
        + "Lower NumberOfBands, or raise TransformSize (256).")]
    [InlineData("SampleRate is 10000001; it must be 1 to 10000000.")]
    [InlineData("TransformSize is 1048576; it must be 2 to 65536.")]
    [InlineData("HopSize is 63; it must be at least 64, 1/1,024 of TransformSize (65536) and 1/256 of "
        + "NumberOfBands (20). Raise HopSize.")]
    [InlineData("NumberOfCoefficients is 513; it must be at most 512.")]
    [InlineData("NumberOfCoefficients is 21; it must be 0 to NumberOfBands, 20.")]
    public void Settings_out_of_range_are_refused(string message)
    {
        MelSettings settings = string.Join(' ', message.Split(' ')[..3]).TrimEnd(';') switch
        {
            "SampleRate is 10000001" => Settings(sampleRate: 10_000_001),
            "TransformSize is 1048576" => Settings(transformSize: 1 << 20, numberOfBands: 4096),
            "HopSize is 63" => Settings(transformSize: 65_536, hopSize: 63),
            "NumberOfCoefficients is 513" => Settings(transformSize: 65_536, numberOfBands: 600,
                numberOfCoefficients: 513),
            "WindowSize is 257" => Settings(windowSize: 257),
            "MaxFrequency is 4001" => Settings(maxFrequency: 4001),
            "MinFrequency is 4000" => Settings(minFrequency: 4000),
            "NumberOfBands is 200" => Settings(numberOfBands: 200),
            _ => Settings(numberOfCoefficients: 21),
        };
        Assert.StartsWith(message,
            Assert.Throws<ArgumentOutOfRangeException>(() => new MelSpectrogram(settings)).Message,
            StringComparison.Ordinal);
    }

    private static MelSettings Settings(int sampleRate = 8000, int windowSize = 200, int hopSize = 80,
        int transformSize = 256, int numberOfBands = 20, int numberOfCoefficients = 0, double minFrequency = 0,
        double maxFrequency = 4000, FramePadding padding = FramePadding.Zeros,
        MelLogarithm logarithm = MelLogarithm.Decibel) => new()
        {
            SampleRate = sampleRate,
            WindowSize = windowSize,
            HopSize = hopSize,
            TransformSize = transformSize,
            NumberOfBands = numberOfBands,
            NumberOfCoefficients = numberOfCoefficients,
            MinFrequency = minFrequency,
            MaxFrequency = maxFrequency,
            Padding = padding,
            Logarithm = logarithm
        };
}
