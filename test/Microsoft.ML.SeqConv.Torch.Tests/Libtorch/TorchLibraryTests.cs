using Xunit;

namespace Microsoft.ML.SeqConv.Torch.Tests.Libtorch;

/// <summary>Loading libtorch, and choosing a device.</summary>
public class TorchLibraryTests
{
    [Fact]
    public void Libtorch_loads() => TorchLibrary.EnsureLoaded();

    [Fact]
    public void An_old_C_runtime_is_told_with_its_remedy()
    {
        string message = TorchLibrary.Explain(new DllNotFoundException("Unable to load", new DllNotFoundException(
            "libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by libLibTorchSharp.so)")));
        Assert.Contains("older than GCC 13's", message, StringComparison.Ordinal);
        Assert.Contains("SeqConv.MLNet.Torch.targets", message, StringComparison.Ordinal);
        Assert.Contains("`GLIBCXX_3.4.32' not found (required by libLibTorchSharp.so)",
            message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_package_is_named()
    {
        string message = TorchLibrary.Explain(
            new DllNotFoundException("libtorch_cpu.so: cannot open shared object file"));
        Assert.Contains("libtorch-cpu-", message, StringComparison.Ordinal);
        Assert.Contains("libtorch_cpu.so: cannot open shared object file", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 0, "cpu")]
    [InlineData(null, 2, "cpu")]
    [InlineData(0, 2, "cuda:0")]
    [InlineData(1, 2, "cuda:1")]
    public void The_device_that_is_asked_for_is_taken(int? asked, int devices, string expected)
        => Assert.Equal(expected,
            TorchDevice.Choose(asked, fallbackToCpu: false, devices, _ => Assert.Fail("no warning")).ToString());

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    [InlineData(-1, 2)]
    public void A_device_that_is_not_there_is_an_error_or_the_processor(int asked, int devices)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => TorchDevice.Choose(asked, fallbackToCpu: false, devices, _ => { }));
        Assert.Contains($"GpuDeviceId is {asked}, but libtorch sees {devices} CUDA devices",
            error.Message, StringComparison.Ordinal);
        string warning = "";
        Assert.Equal("cpu", TorchDevice.Choose(asked, fallbackToCpu: true, devices, text => warning = text).ToString());
        Assert.EndsWith("The CPU is used.", warning);
    }
}
