using Microsoft.ML.SeqConv.Samples.Serving.Http;
using Microsoft.ML.SeqConv.Samples.Serving.Input;
using Microsoft.ML.SeqConv.Samples.Serving.Models;

namespace Microsoft.ML.SeqConv.Samples.Serving;

internal sealed record ServingJobSettings(string? Model, string? Train, string OutputFolder, string Url);

/// <summary>From a file, or from training, to a server that runs until it is stopped.</summary>
internal static class ServingJob
{
    public static void Run(ServingJobSettings settings, CancellationToken cancellation)
    {
        if (settings.Model is not null && settings.Train is not null)
            throw new ArgumentException("Give --model, which is served as it is, or --train, not both.");
        if (!Uri.TryCreate(settings.Url, UriKind.Absolute, out Uri? address) || address.Scheme != Uri.UriSchemeHttp)
        {
            throw new ArgumentException($"--url is '{settings.Url}'; it must be like http://localhost:5000. "
                + "For https put a reverse proxy before the server.");
        }

        if (address.PathAndQuery != "/" || (address.Port == 0 && address.Host == "localhost"))
        {
            throw new ArgumentException($"--url is '{settings.Url}'; the server has no path, and port 0 needs an "
                + "address. Give for example http://localhost:5000 or http://127.0.0.1:0.");
        }

        WebApplicationBuilder builder = ServingApp.CreateBuilder();
        ServingOptions options = ServingOptions.Read(builder.Configuration);
        string path = settings.Model ?? Path.Combine(settings.OutputFolder, "model.onnx");
        IReadOnlyList<SeriesFileRow> examples = settings.Model is null
            ? ModelTraining.Run(settings.Train, path, cancellation)
            : [];
        using ServedModel model = ServedModel.Open(path, options);
        using WebApplication app = ServingApp.Build(builder, options, model, examples, settings.Url);
        try
        {
            app.StartAsync(cancellation).GetAwaiter().GetResult();
        }
        catch (IOException error)
        {
            throw new IOException($"{settings.Url} cannot be listened on: {error.GetBaseException().Message}. "
                + "Stop the other program, or choose another --url.", error);
        }

        Console.WriteLine($"{path} ({model.Bytes.Length / 1024} KB) is served at {string.Join(", ", app.Urls)}. "
            + "Ctrl-C stops the server.");
        if (!PageFiles.HasBrowserRuntime)
            Console.WriteLine("The page scores on the server alone: npm was not there, "
                + "or fetched nothing, when this was built.");
        app.WaitForShutdown();
    }
}
