using PuppeteerSharp;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>A headless Chromium of this machine: <c>SEQCONV_CHROMIUM</c>, or one in the usual places.</summary>
internal static class Chromium
{
    private static readonly string[] Usual =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google "
            + "Chrome.app/Contents/MacOS/Google Chrome", @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    /// <summary>Starts it with a profile of its own; the test is reported as skipped where there is none.</summary>
    public static Task<IBrowser> StartAsync()
    {
        string? path = Usual.Prepend(Environment.GetEnvironmentVariable("SEQCONV_CHROMIUM") ?? "")
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, "No Chromium was found: set SEQCONV_CHROMIUM to its path, or install it (Debian: "
            + "apt-get install chromium).");
        return Puppeteer.LaunchAsync(new LaunchOptions
        {
            ExecutablePath = path,
            Headless = true,
            Timeout = 60_000,
            // No sandbox: tests may run as root in a container, and see pages of this machine alone.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-dev-shm-usage"],
        });
    }
}
