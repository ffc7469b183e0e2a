using Microsoft.ML.SeqConv.Samples.Serving.Input;
using Microsoft.ML.SeqConv.Samples.Serving.Models;

namespace Microsoft.ML.SeqConv.Samples.Serving.Http;

/// <summary>A row of a file, for the page.</summary>
/// <param name="Series">[channel][time].</param>
/// <param name="Label">What the file says of it.</param>
/// <param name="Refusal">Why the model cannot take it; <see langword="null"/> where it can.</param>
internal sealed record ParsedRow(Series Series, string? Label, ProblemBody? Refusal);

/// <summary>A file, for the page.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Total">Rows of the file.</param>
/// <param name="Rows">The first of them.</param>
internal sealed record ParsedFile(string Name, long Total, IReadOnlyList<ParsedRow> Rows);

/// <summary>
/// POST /parse?name=FILE: the series in a file, read by the readers of this library and held against the rules of the
/// model. GET /examples gives the same answer.
/// </summary>
internal sealed class ParseEndpoint(
    ServedModel model, ServingOptions limits, ScoringGate gate, IReadOnlyList<SeriesFileRow> examples)
{
    private const int LongestName = 200;

    private readonly SeriesRules _rules = new(model.Scorer, limits);

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        string name = context.Request.Query["name"].ToString();
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl))
            throw new ProblemException(new Problem("file", StatusCodes.Status400BadRequest, "The name of the file",
                Problems.Show(name), $"it has 1 to {LongestName} letters", "Say /parse?name=FILE.ts."));
        byte[] body = await RequestBody.ReadAsync(context, limits);
        using IDisposable turn = await gate.EnterAsync(context.RequestAborted);
        (IReadOnlyList<SeriesFileRow> rows, long total) = SeriesFile.Read(body, Path.GetFileName(name), model, limits);
        return Answer(name, total, rows);
    }

    public IResult Examples() => Answer("examples", examples.Count, examples);

    private IResult Answer(string name, long total, IReadOnlyList<SeriesFileRow> rows)
        => Results.Json(new ParsedFile(name, total, [.. rows.Select(row =>
            new ParsedRow(row.Series, row.Label, _rules.Find(row.Series, "series")?.Body))]), ServingJson.Options);
}
