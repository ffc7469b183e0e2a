using System.Globalization;
using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests;

/// <summary>The messages are those of the invariant culture, also where a comma divides a number.</summary>
public sealed class GuardTests
{
    private enum Colour { Red, Green }

    private static int? Unset => null;

    public static TheoryData<string, string, object> Refusals()
    {
        int count = 0;
        long bytes = 5;
        double ratio = 1.5;
        float fill = float.PositiveInfinity;
        double none = double.NaN;
        Colour colour = (Colour)(-7);
        var refusals = new TheoryData<string, string, object>();
        Add("count is 0; it must be at least 1.", "count", () => Guard.AtLeast(count, 1));
        Add("bytes is 5; it must be at least 10.", "bytes", () => Guard.AtLeast(bytes, 10L));
        Add("none is NaN; it must be at least 0.5.", "none", () => Guard.AtLeast(none, 0.5));
        Add("count is 0; it must be 1 to 10000.", "count", () => Guard.Within(count, 1, 10_000));
        Add("Share is 1.5; it must be 0.001 to 0.5. The default is 0.05.", "Share",
            () => Guard.Within(ratio, 0.001, 0.5, "Share", "The default is 0.05."));
        Add("none is NaN; it must be 0 to 1.", "none", () => Guard.Within(none, 0.0, 1.0));
        Add("-ratio is -1.5; it must be positive and finite.", "-ratio", () => Guard.Positive(-ratio));
        Add("ratio is 1.5; it must be at least 0 and below 1.", "ratio", () => Guard.Fraction(ratio));
        Add("none is NaN; it must be positive and finite, or 0 for no limit.", "none", () => Guard.Limit(none));
        Add("fill is Infinity; it must be finite.", "fill", () => Guard.Finite<float>(fill));
        Add("colour is -7; it must be one of Red, Green.", "colour", () => Guard.Defined(colour));
        Add("ratio is 1.5; it must be a multiple of 1.", "ratio",
            () => Guard.Require(false, ratio, "it must be a multiple of 1"));
        return refusals;

        void Add(string message, string name, Action check) => refusals.Add(message, name, check);
    }

    [Theory]
    [MemberData(nameof(Refusals), DisableDiscoveryEnumeration = true)]
    public void The_message_names_the_option_its_value_and_the_rule(string message, string name, object check)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        foreach (string culture in new[] { "", "de-DE", "sv-SE" })      // a decimal comma, and a minus of its own
        {
            CultureInfo.CurrentCulture = new CultureInfo(culture);
            ArgumentOutOfRangeException error;
            try
            {
                error = Assert.Throws<ArgumentOutOfRangeException>(name, (Action)check);
            }
            finally
            {
                CultureInfo.CurrentCulture = before;
            }

            Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
            Assert.NotNull(error.ActualValue);
        }
    }

    [Fact]
    public void Values_within_their_range_and_options_that_are_not_set_pass()
    {
        Guard.AtLeast(1, 1);
        Guard.AtLeast(Unset, 1);
        Guard.Within(1, 1, 1);
        Guard.Within(Unset, 1, 10);
        Guard.Positive(double.Epsilon);
        Guard.Positive(null);
        Guard.Fraction(0);
        Guard.Limit(0);
        Guard.Finite<double>(null);
        Guard.Defined(Colour.Green);
        Guard.Require(true, 1, "it is never read");
    }
}
