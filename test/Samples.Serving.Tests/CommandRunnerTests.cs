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

    private static Exception Make(string kind)
    {
        string name = kind.Split(' ')[^1];
        var cause = (Exception)Activator.CreateInstance(Type.GetType($"System.{name}") ?? typeof(IOException).Assembly.GetType($"System.IO.{name}")!, "said")!;
        return kind.Split(' ')[0] switch
        {
            "aggregate" => new AggregateException("around", cause),
            "reflection" => new TargetInvocationException("around", cause),
            "type" => new TypeInitializationException("around", cause),
            _ => cause,
        };
    }
}
