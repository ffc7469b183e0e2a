using System.Numerics;

namespace Microsoft.ML.SeqConv.Kernels;

/// <summary>
/// The discrete Fourier transform of one length, in float64: X[k] = sum of x[n] e^(-2 pi i k n / N). Powers of two by
/// Cooley and Tukey's halving; other lengths as a convolution of a power of two (Bluestein 1970). Immutable, so that
/// threads may share it.
/// </summary>
internal sealed class FourierTransform
{
    private readonly int _size;             // of the power of two
    private readonly Complex[] _roots;      // e^(-2 pi i k / size), k < size / 2
    private readonly Complex[]? _chirp;     // e^(-pi i n^2 / N), n < N, where N is no power of two
    private readonly Complex[] _chirpSpectrum = [];

    /// <param name="length">N, 1 to 2^24.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is out of its range.</exception>
    public FourierTransform(int length)
    {
        Guard.Within(length, 1, 1 << 24);
        Length = length;
        _size = BitOperations.IsPow2(length) ? length : (int)BitOperations.RoundUpToPowerOf2((uint)(2 * length - 1));
        _roots = [.. Enumerable.Range(0, _size / 2)
            .Select(k => Complex.FromPolarCoordinates(1, -2 * Math.PI * k / _size))];
        if (_size == length)
            return;

        // The square modulo 2N keeps the angle small, and so exact.
        _chirp = [.. Enumerable.Range(0, length)
            .Select(n => Complex.FromPolarCoordinates(1, -Math.PI * ((long)n * n % (2L * length)) / length))];
        _chirpSpectrum = new Complex[_size];
        for (int n = 0; n < length; n++)
        {
            _chirpSpectrum[n] = Complex.Conjugate(_chirp[n]);
            if (n > 0)
                _chirpSpectrum[_size - n] = _chirpSpectrum[n];
        }

        TransformPowerOfTwo(_chirpSpectrum);
    }

    /// <summary>Points of the transform.</summary>
    public int Length { get; }

    /// <summary>Values that <see cref="PowerSpectrum"/> needs to work in.</summary>
    public int ScratchLength => _size;

    /// <summary>Computes |X[k]|^2 of a real signal for k = 0 to N / 2.</summary>
    /// <param name="signal">N values.</param>
    /// <param name="power">Gets N / 2 + 1 values.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> values.</param>
    public void PowerSpectrum(ReadOnlySpan<double> signal, Span<double> power, Span<Complex> scratch)
    {
        scratch = scratch[.._size];
        scratch.Clear();
        for (int n = 0; n < Length; n++)
            scratch[n] = _chirp is null ? signal[n] : signal[n] * _chirp[n];
        TransformPowerOfTwo(scratch);
        if (_chirp is not null)
            Convolve(scratch);
        for (int k = 0; k <= Length / 2; k++)
            power[k] = scratch[k].Real * scratch[k].Real + scratch[k].Imaginary * scratch[k].Imaginary;
    }

    // The last factor of the chirp has the modulus 1, which a power does not see.
    private void Convolve(Span<Complex> spectrum)
    {
        for (int k = 0; k < _size; k++)
            spectrum[k] = Complex.Conjugate(spectrum[k] * _chirpSpectrum[k]);
        TransformPowerOfTwo(spectrum);
        for (int k = 0; k < _size; k++)
            spectrum[k] /= _size;
    }

    private void TransformPowerOfTwo(Span<Complex> values)
    {
        int size = values.Length;
        for (int i = 1, reversed = 0; i < size; i++)
        {
            int bit = size >> 1;
            for (; (reversed & bit) != 0; bit >>= 1)
                reversed ^= bit;
            reversed ^= bit;
            if (i < reversed)
                (values[i], values[reversed]) = (values[reversed], values[i]);
        }

        for (int half = 1; half < size; half *= 2)
        {
            int step = size / (2 * half);
            for (int start = 0; start < size; start += 2 * half)
            {
                for (int k = 0; k < half; k++)
                {
                    Complex odd = Multiply(values[start + half + k], _roots[k * step]);
                    Complex even = values[start + k];
                    values[start + k] = even + odd;
                    values[start + half + k] = even - odd;
                }
            }
        }
    }

    private static Complex Multiply(Complex a, Complex b)
        => new(a.Real * b.Real - a.Imaginary * b.Imaginary, a.Real * b.Imaginary + a.Imaginary * b.Real);
}
