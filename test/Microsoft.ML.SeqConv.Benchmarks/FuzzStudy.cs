using System.Globalization;
using Microsoft.ML.SeqConv.TestKit.Fuzzing;
using Microsoft.ML.SeqConv.Torch.Tests.Fuzzing;

namespace Microsoft.ML.SeqConv.Benchmarks;

/// <summary>
/// Gives a reader of files damaged ones and prints counts of outcomes, and each input to which it answers
/// otherwise than documented.
/// </summary>
internal static class FuzzStudy
{
    private static readonly Dictionary<string, Func<FuzzTarget>> Targets =
        SeriesFileTargets.All.Concat(ModelFileTargets.All).Concat(NetworkFileTargets.All).ToDictionary();

    public static int Run(string[] args)
    {
        if (args.Length % 2 == 0 || !(args[0] == "all" || Targets.ContainsKey(args[0])))
        {
            Console.Error.WriteLine(
                "fuzz NAME [--seconds N] [--inputs N] [--seed N] [--first INDEX]; NAME is all or one of "
                + string.Join(", ", Targets.Keys) + ".");
            return 2;
        }

        Dictionary<string, string> options = args.Skip(1).Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        long inputs = Option(options, "--inputs", long.MaxValue / 2);
        long seconds = Option(options, "--seconds", options.ContainsKey("--inputs") ? 86_400 : 60);
        bool found = false;
        foreach (string name in args[0] == "all" ? [.. Targets.Keys] : new[] { args[0] })
        {
            FuzzRun run = FuzzRun.Run(
                Targets[name](), (int)Option(options, "--seed", 1), inputs, TimeSpan.FromSeconds(seconds),
                Option(options, "--first", 0));
            Console.WriteLine(run);
            foreach (FuzzFinding finding in run.Findings)
                Console.WriteLine($"  {finding}");
            found |= run.Findings.Count > 0;
        }

        return found ? 1 : 0;
    }

    private static long Option(Dictionary<string, string> options, string name, long otherwise)
        => options.TryGetValue(name, out string? text) ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
