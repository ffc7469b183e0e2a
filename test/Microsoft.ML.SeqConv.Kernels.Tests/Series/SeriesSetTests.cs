using Xunit;

namespace Microsoft.ML.SeqConv.Kernels.Tests;

public class SeriesSetTests
{
    [Fact]
    public void Values_that_do_not_fill_every_channel_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new SeriesSet([new float[6], new float[7]], numberOfChannels: 3));
        Assert.StartsWith(
            "Series 1 has 7 values, which is not one or more points for each of 3 channels.", error.Message);
    }
}
