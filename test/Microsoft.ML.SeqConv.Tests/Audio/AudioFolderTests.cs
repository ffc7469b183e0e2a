using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.SeqConv.TestKit;
using Xunit;

namespace Microsoft.ML.SeqConv.Tests.Audio;

public sealed class AudioFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seqconv").FullName;
    private readonly MLContext _context = new(1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Labels_are_the_names_of_folders_in_the_order_of_paths()
    {
        Write("b/two.wav", 30);
        Write("a/deep/one.WAV", 20);
        IDataView view = _context.Data.LoadFromAudioFolder(_folder);
        Assert.Equal(["Audio", "Label", "Path"], view.Schema.Select(column => column.Name));
        Assert.Equal(["a", "b"], view.GetColumn<string>("Label"));
        Assert.Equal([20, 30], view.GetColumn<float[]>("Audio").Select(samples => samples.Length));
        // a second cursor
        Assert.Equal([20, 30], view.GetColumn<float[]>("Audio").Select(samples => samples.Length));
        Assert.Equal(2, view.GetRowCount());
        Assert.All(view.GetColumn<string>("Path"), path => Assert.True(File.Exists(path)));
    }

    [Fact]
    public void A_pattern_chooses_files_and_names_their_columns()
    {
        Write("7_ann_0.wav", 30);
        Write("3_bob_4.wav", 30);
        Write("3_bob_5.wav", 30);
        Write("notes.wav", 30);
        IDataView view = _context.Data.LoadFromAudioFolder(_folder,
            new AudioFolderOptions { FileNamePattern = @"^(?<Label>\d)_(?<Speaker>\w+)_[0-4]$" });
        Assert.Equal(["3", "7"], view.GetColumn<string>("Label"));
        Assert.Equal(["bob", "ann"], view.GetColumn<string>("Speaker"));
    }

    [Fact]
    public void Files_of_another_rate_are_resampled()
    {
        Write("a/1.wav", 100, rate: 8000);
        Write("a/2.wav", 100, rate: 16000);
        Assert.Equal([200, 100], Lengths(null));        // a tie: the higher one
        Assert.Equal([200, 100], Lengths(16000));
        Assert.Equal([100, 50], Lengths(8000));

        IEnumerable<int> Lengths(int? rate)
            => Open(new() { SampleRate = rate }).GetColumn<float[]>("Audio").Select(samples => samples.Length);
    }

    [Fact]
    public void The_most_common_rate_is_taken_even_if_the_first_file_has_another_one()
    {
        Write("x/a.wav", 10, rate: 1);
        foreach (string name in new[] { "b", "c", "d", "e" })
            Write($"x/{name}.wav", 10, rate: 44_100);
        File.WriteAllBytes(Path.Combine(_folder, "x", "f.wav"), [1, 2, 3]);
        IDataView view = Open(new() { BadFiles = BadFiles.Skip });
        Assert.Equal(44_100, SampleRateAnnotation.Of(view.Schema["Audio"]));
        Assert.Equal(["b", "c", "d", "e"], view.GetColumn<string>("Path").Select(Path.GetFileNameWithoutExtension));
        Assert.All(view.GetColumn<float[]>("Audio"), samples => Assert.Equal(10, samples.Length));

        File.Delete(Path.Combine(_folder, "x", "f.wav"));
        string message = Assert.Throws<FormatException>(() => Open(new())).Message;
        string path = Path.Combine(_folder, "x", "a.wav");
        Assert.StartsWith(
            $"{path}: From 1 to 44100 samples a second is a factor of ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("b.wav", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_out_of_their_range_are_refused_before_any_file_is_read()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "a")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "bad.wav"), [1]);
        foreach (int rate in new[] { 0, -5, 10_000_001 })
        {
            Assert.StartsWith(
                $"SampleRate is {rate}; it must be 1 to 10000000. Set the samples a second that "
                + "all clips shall have, or leave it null for the most common rate of the files.",
                Refusal("SampleRate", new() { SampleRate = rate }), StringComparison.Ordinal);
        }

        Assert.StartsWith("BadFiles is 7; it must be one of Error, Skip.",
            Refusal("BadFiles", new() { BadFiles = (BadFiles)7 }), StringComparison.Ordinal);
        Assert.StartsWith(
            "MaxResamplingFactor is 0; it must be 1 to 65536. Set a factor in this range; the "
            + "default is 32.",
            Refusal("MaxResamplingFactor", new() { MaxResamplingFactor = 0 }), StringComparison.Ordinal);

        string Refusal(string option, AudioFolderOptions options)
            => Assert.Throws<ArgumentOutOfRangeException>(option, () => Open(options)).Message;
    }

    [Fact]
    public void The_factor_is_the_remedy_only_where_raising_it_helps()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ClipReader.ForFolder(-5, _ => { }, 32));
        Write("low/1.wav", 40, rate: 1);
        Assert.Contains("To resample further, raise AudioFolderOptions.MaxResamplingFactor.", Message(65_536));
        Assert.DoesNotContain("MaxResamplingFactor", Message(65_537), StringComparison.Ordinal);

        string Message(int rate) => Assert.Throws<FormatException>(() => Open(new() { SampleRate = rate })).Message;
    }

    [Fact]
    public void The_name_of_a_folder_is_a_class_even_if_it_is_a_missing_label_elsewhere()
    {
        string[] names = OperatingSystem.IsWindows() ? ["cat", "nan"] : ["?", "cat", "nan"];
        foreach (string name in names)
            Write($"{name}/1.wav", 10);
        IDataView view = Open(new());
        Assert.Equal(names, view.GetColumn<string>("Label"));
        view = _context.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(view).Transform(view);
        Assert.Equal(Enumerable.Range(1, names.Length).Select(key => (uint)key), view.GetColumn<uint>("Key"));

        // A group that matches no letter is a missing label.
        view = Open(new() { FileNamePattern = "^(?<Label>x?)" });
        Assert.All(view.GetColumn<string>("Label"), label => Assert.Equal("", label));
        view = _context.Transforms.Conversion.MapValueToKey("Key", "Label").Fit(view).Transform(view);
        Assert.All(view.GetColumn<uint>("Key"), key => Assert.Equal(0u, key));
    }

    [Fact]
    public void Numbers_in_messages_do_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        odd.NumberFormat.NegativeSign = "minus ";
        odd.NumberFormat.NumberGroupSeparator = "_";
        odd.NumberFormat.NumberDecimalSeparator = "_";
        odd.NumberFormat.NaNSymbol = "odd";
        string folder = Directory.CreateDirectory(Path.Combine(_folder, "a")).FullName;
        string name = Path.Combine(folder, "1.wav");
        CultureInfo.CurrentCulture = odd;
        try
        {
            File.WriteAllBytes(name, WaveBytes.Make(1, 1, 0, 16, [0, 0]));
            Assert.Contains("1 to 10,000,000 samples", Assert.Throws<FormatException>(() => Open(new())).Message);
            File.WriteAllBytes(name, WaveBytes.Make(3, 1, 8000, 32, [0, 0, 0xC0, 0x7F]));
            Assert.Contains(": sample 0 is NaN;", Assert.Throws<FormatException>(() => WaveFile.Read(name)).Message);
            Assert.Contains("Rate is -5; it must be 1 to 10000000.", Refusal(() => Open(new() { SampleRate = -5 })));
            Assert.Contains("Factor is -5;", Refusal(() => Open(new() { MaxResamplingFactor = -5 })));
            Assert.Contains("BadFiles is -5;", Refusal(() => Open(new() { BadFiles = (BadFiles)(-5) })));
            TransformsCatalog transforms = _context.Transforms;
            Assert.Contains("sampleRate is -5;", Refusal(() => transforms.LoadAudio("Audio", null, sampleRate: -5)));
            Assert.Contains("Bands is -5;", Refusal(() => transforms.MelSpectrogram("Mel", "Audio", -5, 8000)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        static string Refusal(Func<object> action) => Assert.Throws<ArgumentOutOfRangeException>(action).Message;
    }

    [Fact]
    public void Bad_folders_are_refused_when_they_are_opened()
    {
        Refused<DirectoryNotFoundException>("nowhere", null, "The folder '",
            "nowhere' does not exist. Check the path;");
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));
        Refused<ArgumentException>("empty", null, "The folder '", "empty' has no .wav file. Name another folder.");
        Write("x/loose.wav", 10);
        Refused<ArgumentException>("x", null, "The file 'loose.wav' lies in the folder '", "x' itself, so it has no "
            + "label. Put it into a folder named after its label, or set AudioFolderOptions.FileNamePattern.");
        Refused<ArgumentException>("x", "(", "FileNamePattern '(' is no regular expression: ", "");
        Refused<ArgumentException>("x", "loose", "FileNamePattern 'loose' has no group named Label. "
            + "Write (?<Label>...) around the part of the name that is the label.", "");
        Refused<ArgumentException>("x", "(?<Label>tight)", "The folder '", "x' has 1 .wav files, none of whose names "
            + "matches FileNamePattern '(?<Label>tight)', for example 'loose'. Name another folder or pattern.");
        Refused<ArgumentException>("x", "(?<Label>l)(?<Path>o)", "FileNamePattern has a group 'Path', the name of a "
            + "column that is there already. Give the group another name.", "");
        File.WriteAllBytes(Path.Combine(_folder, "x", "bad.wav"), [1, 2, 3]);
        Refused<FormatException>("x", "(?<Label>bad)",
            Path.Combine(_folder, "x", "bad.wav") + ": the file has 3 bytes;", "");
    }

    [Fact]
    public void All_bad_files_are_listed_at_once_or_left_out_with_a_warning()
    {
        Write("a/good.wav", 10);
        for (int i = 0; i < 25; i++)
            File.WriteAllBytes(Path.Combine(_folder, "a", $"bad{i:D2}.wav"), [1, 2, 3]);
        Write("a/slow.wav", 10, rate: 1);
        File.WriteAllBytes(Path.Combine(_folder, "a", "nan.wav"), WaveBytes.Make(3, 1, 8000, 32, [0, 0, 0xC0, 0x7F]));
        string message = Assert.Throws<FormatException>(
            () => _context.Data.LoadFromAudioFolder(_folder, new AudioFolderOptions { SampleRate = 8000 })).Message;
        Assert.StartsWith($"{Path.Combine(_folder, "a", "bad00.wav")}: the file has 3 bytes;",
            message, StringComparison.Ordinal);
        Assert.EndsWith($"\nand 6 more\n26 of 28 files of the folder '{_folder}' cannot be read. "
            + "Correct or replace them, or leave them out: set AudioFolderOptions.BadFiles to Skip.",
            message, StringComparison.Ordinal);

        var warnings = new List<string>();
        _context.Log += (_, entry) => warnings.Add(entry.Message);
        IDataView view = _context.Data.LoadFromAudioFolder(_folder,
            new AudioFolderOptions { SampleRate = 8000, BadFiles = BadFiles.Skip });
        Assert.Equal(10, Assert.Single(view.GetColumn<float[]>("Audio")).Length);
        Assert.Contains(warnings, warning => warning.Contains(
            $"27 of 28 files of the folder '{_folder}' cannot be read and are left out:\n", StringComparison.Ordinal));
    }

    [Fact]
    public void A_size_that_does_not_fit_is_a_warning()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "a"));
        File.WriteAllBytes(Path.Combine(_folder, "a", "open.wav"),
            WaveBytes.Make(1, 1, 8000, 16, [0, 0x40], dataSize: 0));
        var warnings = new List<string>();
        _context.Log += (_, entry) => warnings.Add(entry.Message);
        Assert.Single(_context.Data.LoadFromAudioFolder(_folder).GetColumn<float[]>("Audio"));
        Assert.Single(warnings, warning => warning.Contains("1 of 1 files of the folder", StringComparison.Ordinal)
            && warning.Contains("open.wav: the data chunk at byte 36 declares 0 bytes; all 2 bytes",
                StringComparison.Ordinal));
    }

    [Fact]
    public void Hidden_files_are_left_out_by_default_and_labels_have_one_unicode_form()
    {
        Write("caf\u00E9/1.wav", 10);
        Write("cafe\u0301/2.wav", 10);
        foreach (string name in new[] { "caf\u00E9/._1.wav", "__MACOSX/caf\u00E9/1.wav", ".trash/1.wav", "._2.wav" })
            Write(name, 10);
        Assert.Equal(["caf\u00E9", "caf\u00E9"], _context.Data.LoadFromAudioFolder(_folder).GetColumn<string>("Label"));
        Assert.Equal(6, _context.Data.LoadFromAudioFolder(_folder,
            new AudioFolderOptions { FileNamePattern = "(?<Label>.)", IncludeHiddenFiles = true }).GetRowCount());
    }

    [Fact]
    public void A_pattern_that_never_ends_is_stopped()
    {
        Write("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab.wav", 10);
        Refused<ArgumentException>(".", "^(?<Label>(a+)+)$",
            "FileNamePattern '^(?<Label>(a+)+)$' needs more than 1 s for the file name ", "");
    }

    [Fact]
    public void Rates_far_apart_are_resampled_by_option()
    {
        Write("low/1.wav", 40, rate: 100);
        var options = new AudioFolderOptions { SampleRate = 8000 };
        FormatException error = Assert.Throws<FormatException>(
            () => _context.Data.LoadFromAudioFolder(_folder, options));
        Assert.Contains("1.wav: From 100 to 8000 samples a second is a factor of 80; 1/1024 to 32 are possible. "
            + "Correct the rate in the "
            + "header of the file if it is wrong, or choose a rate nearer to it. To resample further, raise "
            + "AudioFolderOptions.MaxResamplingFactor.", error.Message, StringComparison.Ordinal);
        options.MaxResamplingFactor = 80;
        Assert.Equal(3200,
            Assert.Single(_context.Data.LoadFromAudioFolder(_folder, options).GetColumn<float[]>("Audio")).Length);

        foreach (int factor in new[] { 0, 65_537 })
        {
            options.MaxResamplingFactor = factor;
            Assert.StartsWith($"MaxResamplingFactor is {factor}; it must be 1 to 65536.",
                Assert.Throws<ArgumentOutOfRangeException>(
                    () => _context.Data.LoadFromAudioFolder(_folder, options)).Message);
        }
    }

    [Fact]
    public void A_column_of_paths_is_read_by_a_saved_model()
    {
        Write("one.wav", 40);
        Write("two.wav", 50, rate: 16000);
        IDataView data = _context.Data.LoadFromEnumerable(
            [new FileRow { File = "one.wav" }, new FileRow { File = "two.wav" }]);
        ITransformer model = _context.Transforms.LoadAudio("Audio", _folder, "File", sampleRate: 8000)
            .Append(_context.Transforms.MelSpectrogram("Mel", "Audio")).Fit(data);
        float[][] expected = [.. model.Transform(data).GetColumn<float[]>("Mel")];
        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = new MLContext().Model.Load(file, out _);
        Assert.Equal(expected, loaded.Transform(data).GetColumn<float[]>("Mel"));
        Assert.Equal([40, 25], loaded.Transform(data).GetColumn<float[]>("Audio").Select(samples => samples.Length));

        IDataView none = _context.Data.LoadFromEnumerable([new FileRow { File = "" }]);
        Exception error = Assert.ThrowsAny<Exception>(
            () => model.Transform(none).GetColumn<float[]>("Audio").ToArray());
        Assert.Equal("Column 'File' names no file in row 0; LoadAudio needs the path of a WAV file. "
            + "Correct or remove the row.", error.GetBaseException().Message);
    }

    [Fact]
    public void Recordings_of_a_public_set_become_one_row_a_file()
    {
        string file = Folders.Data("audio/FSDD/recordings/0_george_0.wav");
        IDataView test = _context.Data.LoadFromAudioFolder(Path.GetDirectoryName(file)!,
            new AudioFolderOptions { FileNamePattern = @"^(?<Label>\d)_(?<Speaker>\w+)_[0-4]$" });
        Assert.Equal(300, test.GetRowCount());
        Assert.Equal(6, test.GetColumn<string>("Speaker").Distinct().Count());
        Assert.All(test.GetColumn<float[]>("Audio"), samples => Assert.InRange(samples.Length, 1000, 20_000));
    }

    private IDataView Open(AudioFolderOptions options) => _context.Data.LoadFromAudioFolder(_folder, options);

    private void Refused<T>(string folder, string? pattern, string start, string then)
        where T : Exception
    {
        T error = Assert.Throws<T>(() => _context.Data.LoadFromAudioFolder(Path.Combine(_folder, folder),
            new AudioFolderOptions { FileNamePattern = pattern }));
        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
        Assert.Contains(then, error.Message, StringComparison.Ordinal);
    }

    private void Write(string name, int samples, int rate = 8000)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WaveFile.Write(path, [.. Enumerable.Range(0, samples).Select(n => (float)Math.Sin(n))], rate);
    }

    private sealed class FileRow
    {
        public string File { get; set; } = "";
    }
}
