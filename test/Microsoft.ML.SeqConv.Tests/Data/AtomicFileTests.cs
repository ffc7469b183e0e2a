using System.Diagnostics;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Data;

/// <summary>What killed processes leave is removed, and what others write at the same time is not.</summary>
public class AtomicFileTests
{
    private const string ChildPath = "SEQCONV_CHILD_PATH";
    private const int Kills = 10;

    // Not a test of its own: the process that is killed.
    [Fact(Explicit = true)]
    public void A_child_that_never_ends_its_save()
        => AtomicFile.Write(Environment.GetEnvironmentVariable(ChildPath)!, stream =>
        {
            stream.Write(new byte[1000]);
            stream.Flush();
            Thread.Sleep(Timeout.Infinite);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_killed_saves_leave_is_gone_after_the_next_save_or_load(bool save)
    {
        using var file = new TemporaryFile("a [1].sums", "old");
        Process[] children = [.. Enumerable.Range(0, Kills).Select(_ => StartChild(file.Path))];
        try
        {
            var waiting = Stopwatch.StartNew();
            // A child that has written holds its lock. One that has only made its file may lose it, and
            // then makes another.
            string folder = Path.GetDirectoryName(file.Path)!;
            while (Directory.GetFiles(folder, "*.tmp")
                .Count(child => new FileInfo(child) is { Exists: true, Length: > 0 }) < Kills)
            {
                Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(2), "The children did not begin to write.");
                Thread.Sleep(50);
            }

            AtomicFile.RemoveAbandoned(file.Path);
            Assert.Equal(1 + Kills, file.Files.Length);      // they live
        }
        finally
        {
            foreach (Process child in children)
            {
                child.Kill();
                child.WaitForExit();
                child.Dispose();
            }
        }

        Assert.Equal("old", File.ReadAllText(file.Path));
        if (save)
            AtomicFile.Write(file.Path, stream => stream.Write("new"u8));
        else
            AtomicFile.OpenRead(file.Path).Dispose();
        Assert.Equal(["a [1].sums"], file.Files);
        Assert.Equal(save ? "new" : "old", File.ReadAllText(file.Path));
    }

    [Fact]
    public void Files_of_other_names_stay()
    {
        using var file = new TemporaryFile("a.sums");
        string folder = Path.GetDirectoryName(file.Path)!;
        string[] others = ["a.sums.tmp", "a.sums.1.tmp", $"b.sums.{Guid.NewGuid():N}.tmp",
            $"xa.sums.{Guid.NewGuid():N}.tmp", $"a.sums.{Guid.NewGuid():N}.tmp.txt"];
        foreach (string other in others)
            File.WriteAllText(Path.Combine(folder, other), "");
        File.WriteAllText(Path.Combine(folder, $"a.sums.{Guid.NewGuid():N}.tmp"), "left behind");
        AtomicFile.Write(file.Path, stream => stream.WriteByte(1));
        Assert.Equal(others.Append("a.sums").Order(StringComparer.Ordinal), file.Files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Many_writers_and_readers_of_one_path_leave_one_whole_file()
    {
        using var file = new TemporaryFile("a.sums", new string('x', 5000));
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            if (i % 2 == 0)
            {
                AtomicFile.Write(file.Path, stream =>
                {
                    for (int part = 0; part < 5; part++)
                        stream.Write(Enumerable.Repeat((byte)('a' + i % 20), 1000).ToArray());
                });
            }
            else
            {
                using FileStream stream = AtomicFile.OpenRead(file.Path);
                byte[] bytes = new byte[5000];
                stream.ReadExactly(bytes);
                Assert.Single(bytes.Distinct());
            }
        });
        Assert.Equal(["a.sums"], file.Files);
    }

    [Fact]
    public void A_save_that_fails_leaves_the_old_file_alone()
    {
        using var file = new TemporaryFile("a.sums", "old");
        Assert.Throws<InvalidOperationException>(
            () => AtomicFile.Write(file.Path, _ => throw new InvalidOperationException()));
        Assert.Equal(["a.sums"], file.Files);
        Assert.Equal("old", File.ReadAllText(file.Path));
        Assert.Throws<DirectoryNotFoundException>(
            () => AtomicFile.Write(Path.Combine(Path.GetDirectoryName(file.Path)!, "none", "a.sums"), _ => { }));
    }

    private static Process StartChild(string path)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["exec", typeof(AtomicFileTests).Assembly.Location, "-method",
            $"*{nameof(A_child_that_never_ends_its_save)}", "-explicit", "only"])
            start.ArgumentList.Add(argument);
        start.Environment[ChildPath] = path;
        return Process.Start(start)!;
    }
}
