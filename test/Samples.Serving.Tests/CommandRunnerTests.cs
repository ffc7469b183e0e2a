using System.Reflection;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>Whatever escapes a command is one line and an exit code.</summary>
public class CommandRunnerTests
{
    public static TheoryData<string, int, string> Cases => new()
    {
        { nameof(FormatException), 2, "said" },
        { nameof(IOException), 2, "said" },
        { nameof(ArgumentException), 2, "said" },
        { nameof(InvalidOperationException), 2, "said" },
        { "aggregate of " + nameof(FormatException), 2, "said" },
        { "reflection over " + nameof(FormatException), 2, "said" },
        { nameof(OperationCanceledException), 130, "Cancelled." },
        { "aggregate of " + nameof(OperationCanceledException), 130, "Cancelled." },
        { nameof(OverflowException), 1, "said (OverflowException) The file '" },
        { nameof(NullReferenceException), 1, "said (NullReferenceException) The file '" },
        { nameof(OutOfMemoryException), 1, "said (OutOfMemoryException) The file '" },
        { nameof(DllNotFoundException), 1, "said (DllNotFoundException) The file '" },
        { "type initializer over " + nameof(DllNotFoundException), 1, "said (DllNotFoundException) The file '" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_kind_of_error_is_one_line(string kind, int exit, string expected)
    {
        Exception thrown = Make(kind);
        TextWriter errors = Console.Error;
        using var captured = new StringWriter();
        Console.SetError(captured);
        try
        {
            Assert.Equal(exit, CommandRunner.Run(() => throw thrown));
        }
        finally
        {
            Console.SetError(errors);
        }

        string line = Assert.Single(captured.ToString().Trim().Split('\n'));
        Assert.StartsWith(expected, line);
        Assert.DoesNotContain("   at ", line);
    }

    /// <summary>Those of .NET, of ML.NET and of unknown origin name no option: they are faults, with a log.</summary>
    [Theory]
    [InlineData("Microsoft.ML.SeqConv", 2)]
    [InlineData("Microsoft.ML.SeqConv.Kernels", 2)]
    [InlineData("Samples.Serving", 2)]
    [InlineData("System.CommandLine", 2)]
    [InlineData("Microsoft.ML.SeqConverter", 1)]
    [InlineData("Microsoft.ML.Core", 1)]
    [InlineData("System.Private.CoreLib", 1)]
    [InlineData(null, 1)]
    public void Only_errors_of_our_own_are_the_users(string? source, int exit)
    {
        using var errors = new Errors();
        Exception[] kinds =
            [new ArgumentException("said"), new InvalidOperationException("said"), new FormatException("said")];
        foreach (Exception error in kinds)
        {
            error.Source = source;
            Assert.Equal(exit, CommandRunner.Report(error));
            Assert.StartsWith(exit == 2 ? "said" : $"said ({error.GetType().Name}) The file '", errors.Lines[^1]);
            Assert.Equal(2, CommandRunner.Report(new IOException("said") { Source = source }));
        }
    }

    [Fact]
    public void Faults_that_dotnet_reports_have_a_log()
    {
        using var errors = new Errors();
        Assert.Equal(1, CommandRunner.Run(() => Assert.Equal(0, Array.Empty<int>().First())));
        Assert.StartsWith("Sequence contains no elements (InvalidOperationException) The file '", errors.Lines[^1]);
        Assert.Equal(1, CommandRunner.Run(() => ArgumentNullException.ThrowIfNull((object?)null, "series")));
        Assert.StartsWith("Value cannot be null. (ArgumentNullException) The file '", errors.Lines[^1]);
        Assert.Equal(1, CommandRunner.Run(() => int.Parse("x", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(2, CommandRunner.Run(() => new OnnxSequenceScorer([1], "a.onnx").Dispose()));
    }

    /// <summary>As with <c>2&gt;/dev/full</c>.</summary>
    [Fact]
    public void The_exit_code_is_kept_where_errors_cannot_be_written()
    {
        TextWriter errors = Console.Error;
        Console.SetError(new FullWriter());
        try
        {
            Assert.Equal(2, CommandRunner.Report(new IOException("said")));
            Assert.Equal(1, CommandRunner.Report(new OverflowException("said")));
            Assert.Equal(130, CommandRunner.Report(new OperationCanceledException()));
        }
        finally
        {
            Console.SetError(errors);
        }
    }

    private static Exception Make(string kind)
    {
        string name = kind.Split(' ')[^1];
        var cause = (Exception)Activator.CreateInstance(
            Type.GetType($"System.{name}") ?? typeof(IOException).Assembly.GetType($"System.IO.{name}")!, "said")!;
        cause.Source = "Microsoft.ML.SeqConv.Torch";
        return kind.Split(' ')[0] switch
        {
            "aggregate" => new AggregateException("around", cause),
            "reflection" => new TargetInvocationException("around", cause),
            "type" => new TypeInitializationException("around", cause),
            _ => cause,
        };
    }

    private sealed class Errors : IDisposable
    {
        private readonly TextWriter _before = Console.Error;
        private readonly StringWriter _written = new();

        public Errors() => Console.SetError(_written);

        public string[] Lines => _written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public void Dispose()
        {
            Console.SetError(_before);
            _written.Dispose();
        }
    }

    private sealed class FullWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }
}
