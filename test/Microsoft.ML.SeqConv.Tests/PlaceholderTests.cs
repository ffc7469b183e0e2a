using Xunit;

namespace Microsoft.ML.SeqConv.Tests;

public class PlaceholderTests
{
    [Fact]
    public void Host() => Assert.True(typeof(MLContext).IsPublic);
}
