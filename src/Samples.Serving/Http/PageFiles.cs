using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace Microsoft.ML.SeqConv.Samples.Serving.Http;

/// <summary>The page, and ONNX Runtime for browsers where the build could fetch it: files beside the program.</summary>
internal static class PageFiles
{
    private static readonly string RuntimeFolder = Path.Combine(AppContext.BaseDirectory, "ort");

    /// <summary>Whether browsers can score by themselves.</summary>
    public static bool HasBrowserRuntime => File.Exists(Path.Combine(RuntimeFolder, "ort.wasm.min.mjs"));

    public static void UsePageFiles(this WebApplication app)
    {
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = Revalidate });
        if (HasBrowserRuntime)
            app.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = new PhysicalFileProvider(RuntimeFolder),
                RequestPath = "/ort",
                OnPrepareResponse = Revalidate
            });
    }

    // By its ETag: an unchanged file is not sent again.
    private static void Revalidate(StaticFileResponseContext served)
        => served.Context.Response.Headers.CacheControl = "no-cache";
}
