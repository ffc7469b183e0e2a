using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Processor time of the calling thread, which other programs on a busy machine do not lengthen. .NET has none of
/// finer grain than a few milliseconds, so it is asked of the system; where that is neither Linux nor macOS, the
/// monotonic clock answers.
/// </summary>
internal static class ThreadClock
{
    private const int LinuxThreadTime = 3;      // CLOCK_THREAD_CPUTIME_ID
    private const int MacThreadTime = 16;

    /// <summary>Seconds since some moment.</summary>
    public static double Seconds
    {
        get
        {
            if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
                return Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
            _ = GetTime(OperatingSystem.IsLinux() ? LinuxThreadTime : MacThreadTime, out TimeSpec time);
            return time.Seconds + time.Nanoseconds * 1e-9;
        }
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
