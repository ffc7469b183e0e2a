using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// Energies of a signal over mel bands and time, or their cepstral coefficients (MFCC), as librosa and torchaudio
/// define them: Hann windows, power spectra, triangles over the bins, a logarithm, and for MFCC the orthonormal cosine
/// transform (DCT-II) over bands. Computed in float64. Immutable; a thread uses a <see cref="Worker"/> of its own.
/// </summary>
public sealed class MelSpectrogram
{
    private const double LeastEnergy = 1e-10;       // of decibels
    private const double AddedEnergy = 1e-6;        // of the natural logarithm
    private const double DecibelRange = 80;

    private readonly double[] _window;              // [TransformSize], with zeros around the window
    private readonly FourierTransform _fourier;
    private readonly MelFilterBank _bank;
    private readonly double[] _cosines;             // [coefficient, band]

    /// <param name="settings">How.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public MelSpectrogram(MelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Check();
        Settings = settings;
        _window = new double[settings.TransformSize];
        int before = (settings.TransformSize - settings.WindowSize) / 2;
        for (int n = 0; n < settings.WindowSize; n++)
            _window[before + n] = 0.5 - 0.5 * Math.Cos(2 * Math.PI * n / settings.WindowSize);
        _fourier = new FourierTransform(settings.TransformSize);
        _bank = new MelFilterBank(settings);
        _cosines = Cosines(settings.NumberOfCoefficients, settings.NumberOfBands);
    }

    /// <summary>How it is computed.</summary>
    public MelSettings Settings { get; }

    /// <summary>Values of a frame: coefficients, or bands.</summary>
    public int NumberOfChannels
        => Settings.NumberOfCoefficients > 0 ? Settings.NumberOfCoefficients : Settings.NumberOfBands;

    /// <summary>The window in the transform's middle, [TransformSize].</summary>
    internal ReadOnlySpan<double> Window => _window;

    /// <summary>The triangles.</summary>
    internal MelFilterBank FilterBank => _bank;

    /// <summary>The rows of the cosine transform, [coefficient, band]; empty where there is none.</summary>
    internal ReadOnlySpan<double> CosineTransform => _cosines;

    /// <summary>
    /// Values of the spectrogram of a clip: <see cref="NumberOfChannels"/> times its frames.
    /// </summary>
    /// <param name="samples">At least 1.</param>
    /// <exception cref="ArgumentException">They are too many for one clip: more than 268,435,448 energies.</exception>
    public int LengthOf(int samples)
    {
        int frames = Settings.FramesOf(samples);
        return (long)frames * Settings.NumberOfBands <= Array.MaxLength / 8 ? frames * NumberOfChannels
            : throw new ArgumentException(FormattableString.Invariant(
                $"A clip of {samples} samples has {frames} frames of {Settings.NumberOfBands} bands, ")
            + "which is too much for one clip. Cut it, or use a longer hop.", nameof(samples));
    }

    /// <summary>Makes what one thread computes with.</summary>
    public Worker CreateWorker() => new(this);

    // Row k: sqrt(2 / B) cos(pi k (2 b + 1) / (2 B)), the first by sqrt(1 / B).
    private static double[] Cosines(int coefficients, int bands)
    {
        var cosines = new double[coefficients * bands];
        for (int k = 0; k < coefficients; k++)
        {
            for (int b = 0; b < bands; b++)
                cosines[k * bands + b] =
                    Math.Sqrt((k == 0 ? 1.0 : 2.0) / bands) * Math.Cos(Math.PI * k * (2 * b + 1) / (2 * bands));
        }

        return cosines;
    }

    /// <summary>Buffers of one thread.</summary>
    public sealed class Worker
    {
        private readonly MelSpectrogram _mel;
        private readonly double[] _frame;
        private readonly double[] _power;
        private readonly double[] _bands;
        private readonly Complex[] _scratch;
        private double[] _energies = [];        // [frame, band]

        internal Worker(MelSpectrogram mel)
        {
            _mel = mel;
            _frame = new double[mel.Settings.TransformSize];
            _power = new double[mel._bank.Bins];
            _bands = new double[mel.Settings.NumberOfBands];
            _scratch = new Complex[mel._fourier.ScratchLength];
        }

        /// <summary>Computes the spectrogram of a clip.</summary>
        /// <param name="samples">At least one, finite.</param>
        /// <param name="spectrogram">
        /// Gets [channel, frame], row-major: <see cref="NumberOfChannels"/> times the number of frames.
        /// </param>
        /// <exception cref="ArgumentException">There are no samples, or the destination has another length.</exception>
        public void Transform(ReadOnlySpan<float> samples, Span<float> spectrogram)
        {
            MelSettings settings = _mel.Settings;
            if (samples.IsEmpty)
                throw new ArgumentException("A clip needs at least one sample.", nameof(samples));
            int frames = settings.FramesOf(samples.Length);
            int length = _mel.LengthOf(samples.Length);
            if (spectrogram.Length != length)
                throw new ArgumentException($"The spectrogram has {spectrogram.Length} values; "
                    + $"{_mel.NumberOfChannels} channels of {frames} frames are {length}.", nameof(spectrogram));
            if (_energies.Length < frames * settings.NumberOfBands)
                _energies = new double[frames * settings.NumberOfBands];
            Span<double> energies = _energies.AsSpan(0, frames * settings.NumberOfBands);
            for (int frame = 0; frame < frames; frame++)
            {
                Window(samples, frame * settings.HopSize - settings.PaddingLength);
                _mel._fourier.PowerSpectrum(_frame, _power, _scratch);
                _mel._bank.Apply(_power, energies.Slice(frame * settings.NumberOfBands, settings.NumberOfBands));
            }

            TakeLogarithm(settings.Logarithm, energies);
            Write(energies, frames, spectrogram);
        }

        private void Window(ReadOnlySpan<float> samples, int start)
        {
            bool reflect = _mel.Settings.Padding == FramePadding.Reflect;
            for (int n = 0; n < _frame.Length; n++)
            {
                int at = start + n;
                if ((uint)at >= (uint)samples.Length && reflect)
                    at = Reflected(at, samples.Length);
                _frame[n] = (uint)at < (uint)samples.Length ? _mel._window[n] * samples[at] : 0;
            }
        }

        // A mirror at either end, again and again; the end itself stands once.
        private static int Reflected(int at, int length)
        {
            if (length == 1)
                return 0;
            int period = 2 * (length - 1);
            int within = ((at % period) + period) % period;
            return within < length ? within : period - within;
        }

        private static void TakeLogarithm(MelLogarithm logarithm, Span<double> energies)
        {
            if (logarithm == MelLogarithm.None)
                return;
            double max = double.NegativeInfinity;
            foreach (ref double energy in energies)
            {
                energy = logarithm == MelLogarithm.Natural
                    ? Math.Log(energy + AddedEnergy)
                    : 10 * Math.Log10(Math.Max(LeastEnergy, energy));
                max = Math.Max(max, energy);
            }

            if (logarithm == MelLogarithm.Decibel)
            {
                foreach (ref double energy in energies)
                    energy = Math.Max(energy, max - DecibelRange);
            }
        }

        private void Write(ReadOnlySpan<double> energies, int frames, Span<float> spectrogram)
        {
            int bands = _bands.Length;
            for (int frame = 0; frame < frames; frame++)
            {
                ReadOnlySpan<double> row = energies.Slice(frame * bands, bands);
                for (int channel = 0; channel < _mel.NumberOfChannels; channel++)
                    spectrogram[channel * frames + frame] = (float)(_mel._cosines.Length == 0
                        ? row[channel]
                        : Dot(_mel._cosines.AsSpan(channel * bands, bands), row));
            }
        }

        private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
        {
            double sum = 0;
            for (int i = 0; i < a.Length; i++)
                sum += a[i] * b[i];
            return sum;
        }
    }
}
