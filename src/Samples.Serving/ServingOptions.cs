using System.Globalization;

namespace Microsoft.ML.SeqConv.Samples.Serving;

/// <summary>
/// The limits of the server: section <c>Serving</c> of appsettings.json, or environment variables such as
/// <c>Serving__MaximumBatch</c>. Every one is checked when the server starts.
/// </summary>
internal sealed class ServingOptions
{
    public const string Section = "Serving";

    /// <summary>Bytes of a body, 1,024 to 1 GiB.</summary>
    public int MaximumBodyBytes { get; init; } = 4 << 20;

    /// <summary>Points a channel of a series, 1 to 10,000,000.</summary>
    public int MaximumPoints { get; init; } = 20_000;

    /// <summary>Series of one request, 1 to 100,000.</summary>
    public int MaximumBatch { get; init; } = 256;

    /// <summary>Seconds in which a whole body must be there, 1 to 3,600.</summary>
    public double BodySeconds { get; init; } = 20;

    /// <summary>Bytes a second that a body must bring after <see cref="GraceSeconds"/>, 1 to 1,000,000.</summary>
    public double MinimumBytesPerSecond { get; init; } = 240;

    /// <summary>Seconds before a body's rate is looked at, 1.1 to 3,600: the server looks once a second.</summary>
    public double GraceSeconds { get; init; } = 5;

    /// <summary>Seconds in which the headers of a request must be there, 1 to 3,600.</summary>
    public double HeaderSeconds { get; init; } = 10;

    /// <summary>Seconds that a connection may be idle, 1 to 3,600.</summary>
    public double KeepAliveSeconds { get; init; } = 60;

    /// <summary>Connections at once, 1 to 100,000; further ones are closed.</summary>
    public int MaximumConnections { get; init; } = 100;

    /// <summary>
    /// Requests scored at once, 1 to 1,024. Default <see langword="null"/>: the number of processors.
    /// </summary>
    public int? ConcurrentScorings { get; init; }

    /// <summary>Requests that wait for their turn, 0 to 100,000; further ones are answered 503.</summary>
    public int WaitingRequests { get; init; } = 32;

    /// <summary>What a 503 says of when to come again, 1 to 3,600.</summary>
    public int RetryAfterSeconds { get; init; } = 1;

    /// <summary>Threads of ONNX Runtime for one request, 1 to 1,024.</summary>
    public int ThreadsPerScoring { get; init; } = 1;

    /// <summary>Requests scored at once, as a number.</summary>
    public int Concurrency => ConcurrentScorings ?? Environment.ProcessorCount;

    /// <summary>Reads and checks the options.</summary>
    /// <exception cref="ArgumentException">A setting is unknown, no number, or out of its range.</exception>
    public static ServingOptions Read(IConfiguration configuration)
    {
        IConfigurationSection section = configuration.GetSection(Section);
        string[] names = [.. typeof(ServingOptions).GetProperties().Where(property => property.CanWrite)
            .Select(property => property.Name)];
        if (section.GetChildren().FirstOrDefault(
            setting => !names.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw new ArgumentException($"{Section}:{unknown.Key} is unknown; the settings are "
                + $"{string.Join(", ", names)}. {Remedy(unknown.Key)}");
        ServingOptions options = Bind(section);
        Check(nameof(MaximumBodyBytes), options.MaximumBodyBytes, 1024, 1 << 30);
        Check(nameof(MaximumPoints), options.MaximumPoints, 1, 10_000_000);
        Check(nameof(MaximumBatch), options.MaximumBatch, 1, 100_000);
        Check(nameof(BodySeconds), options.BodySeconds, 1, 3600);
        Check(nameof(MinimumBytesPerSecond), options.MinimumBytesPerSecond, 1, 1_000_000);
        Check(nameof(GraceSeconds), options.GraceSeconds, 1.1, 3600);
        Check(nameof(HeaderSeconds), options.HeaderSeconds, 1, 3600);
        Check(nameof(KeepAliveSeconds), options.KeepAliveSeconds, 1, 3600);
        Check(nameof(MaximumConnections), options.MaximumConnections, 1, 100_000);
        Check(nameof(ConcurrentScorings), options.Concurrency, 1, 1024);
        Check(nameof(WaitingRequests), options.WaitingRequests, 0, 100_000);
        Check(nameof(RetryAfterSeconds), options.RetryAfterSeconds, 1, 3600);
        Check(nameof(ThreadsPerScoring), options.ThreadsPerScoring, 1, 1024);
        return options;
    }

    private static ServingOptions Bind(IConfigurationSection section)
    {
        try
        {
            return section.Get<ServingOptions>() ?? new ServingOptions();
        }
        catch (InvalidOperationException error)
        {
            throw new ArgumentException(
                $"{error.Message} Correct appsettings.json, or the environment variable.", error);
        }
    }

    private static void Check(string name, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{Section}:{name} is {value}; it must be {least} to {most}. {Remedy(name)}"));
    }

    private static string Remedy(string name)
        => $"Correct appsettings.json, or the environment variable {Section}__{name}.";
}
