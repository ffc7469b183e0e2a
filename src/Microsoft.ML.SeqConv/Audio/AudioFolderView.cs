using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SeqConv;

/// <summary>The WAV files of a folder as a data view. Making it reads all headers; cursors read a file a row.</summary>
internal sealed class AudioFolderView : IDataView
{
    private const string LabelGroup = "Label";

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);        // a pattern may backtrack for ever

    private readonly AudioFile[] _files;
    private readonly string[] _groups;
    private readonly int _sampleRate;
    private readonly int _maxFactor;

    public AudioFolderView(IHostEnvironment env, string folder, AudioFolderOptions options)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist. Check the path; "
                + $"relative ones begin at '{Directory.GetCurrentDirectory()}'.");
        options.Check();
        _maxFactor = options.MaxResamplingFactor;
        Regex? pattern = options.FileNamePattern is string text ? Parse(text) : null;
        _groups = [.. (pattern?.GetGroupNames() ?? []).Where(name => name != LabelGroup && !int.TryParse(name, out _))];
        if (_groups.FirstOrDefault(name => name is AudioColumn or PathColumn) is string taken)
            throw new ArgumentException($"FileNamePattern has a group '{taken}', the name of a column that is there "
                + "already. Give the group another name.", nameof(options));
        string root = Path.GetFullPath(folder);
        string[] paths = [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path).Equals(".wav", StringComparison.OrdinalIgnoreCase))
            .Where(path => options.IncludeHiddenFiles || !IsHidden(Path.GetRelativePath(root, path)))
            .Order(StringComparer.Ordinal)];
        CheckFolders(root, paths, pattern);
        _files = [.. paths.Select(path => Describe(root, path, pattern)).OfType<AudioFile>()];
        if (_files.Length == 0)
        {
            string problem = paths.Length == 0
                ? "has no .wav file. Name another folder."
                : $"has {paths.Length} .wav files, none of whose names matches FileNamePattern "
                    + $"'{options.FileNamePattern}', for example '{Path.GetFileNameWithoutExtension(paths[0])}'. Name "
                    + "another folder or pattern.";
            throw new ArgumentException($"The folder '{folder}' {problem}", nameof(folder));
        }

        var headers = new AudioFolderHeaders(options, _files.Select(file => file.Path));
        headers.Report(env, folder);
        _files = [.. _files.Where(file => headers.IsAccepted(file.Path))];
        _sampleRate = headers.SampleRate;
        Schema = MakeSchema();
    }

    public const string AudioColumn = "Audio";
    public const string PathColumn = "Path";

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _files.Length;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
        => new Cursor(this, [.. columnsNeeded.Select(column => column.Index)]);

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
        => [GetRowCursor(columnsNeeded, rand)];

    private static Regex Parse(string pattern)
    {
        Regex regex;
        try
        {
            regex = new Regex(pattern.Normalize(NormalizationForm.FormC), RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"FileNamePattern '{pattern}' is no regular expression: {error.Message}",
                nameof(AudioFolderOptions.FileNamePattern), error);
        }

        if (!regex.GetGroupNames().Contains(LabelGroup))
            throw new ArgumentException($"FileNamePattern '{pattern}' has no group named Label. Write (?<Label>...) "
                + "around the part of the name that is the label.", nameof(AudioFolderOptions.FileNamePattern));
        return regex;
    }

    // macOS marks files as hidden by a point, and leaves its metadata in files and folders of such names in archives
    // and on foreign disks.
    private static bool IsHidden(string relative)
        => relative.Split(Path.DirectorySeparatorChar)
            .Any(part => part.StartsWith('.') || part.Equals("__MACOSX", StringComparison.OrdinalIgnoreCase));

    private static void CheckFolders(string root, string[] paths, Regex? pattern)
    {
        if (pattern is not null)
            return;
        string[] loose = [.. paths.Select(path => Path.GetRelativePath(root, path))
            .Where(relative => !relative.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))];
        if (loose.Length == 0)
            return;
        throw new ArgumentException(
            $"The file '{loose[0]}' {(loose.Length == 1 ? "" : $"and {loose.Length - 1} more ")}lies in the folder "
            + $"'{root}' itself, so it has no label. "
            + "Put it into a folder named after its label, or set AudioFolderOptions.FileNamePattern.", nameof(root));
    }

    // Names in Unicode form C: macOS keeps them in form D, and the same label from two systems must be one class.
    private AudioFile? Describe(string root, string path, Regex? pattern)
    {
        string relative = Path.GetRelativePath(root, path).Normalize(NormalizationForm.FormC);
        if (pattern is null)
            return new AudioFile(path,
                relative[..relative.IndexOf(Path.DirectorySeparatorChar, StringComparison.Ordinal)], []);

        Match match;
        try
        {
            match = pattern.Match(Path.GetFileNameWithoutExtension(relative));
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"FileNamePattern '{pattern}' needs more than {LongestMatch.TotalSeconds} s for the file name ")
                + $"'{relative}'. Write a pattern that repeats less.", nameof(pattern), error);
        }

        return match.Success
            ? new AudioFile(path, match.Groups[LabelGroup].Value, [.. _groups.Select(name => match.Groups[name].Value)])
            : null;
    }

    private DataViewSchema MakeSchema()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(AudioColumn, new VectorDataViewType(NumberDataViewType.Single),
            SampleRateAnnotation.Make(_sampleRate));
        builder.AddColumn(LabelGroup, TextDataViewType.Instance);
        builder.AddColumn(PathColumn, TextDataViewType.Instance);
        foreach (string group in _groups)
            builder.AddColumn(group, TextDataViewType.Instance);
        return builder.ToSchema();
    }

    private sealed record AudioFile(string Path, string Label, string[] Groups);

    private sealed class Cursor(AudioFolderView view, int[] active) : DataViewRowCursor
    {
        // The notes were reported when the folder was opened.
        private readonly ClipReader _clips = ClipReader.ForFolder(view._sampleRate, _ => { }, view._maxFactor);

        private long _position = -1;
        private bool _isDone;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => active.Contains(column.Index);

        public override bool MoveNext()
        {
            if (!_isDone && _position < view._files.Length - 1)
            {
                _position++;
                return true;
            }

            _isDone = true;
            _position = -1;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter()
            => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new ArgumentOutOfRangeException(nameof(column),
                    $"Column '{column.Name}' was not asked for when the cursor was made.");
            Delegate getter = column.Index switch
            {
                0 => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                    _clips.Read(view._files[_position].Path, ref value)),
                1 => Text(file => file.Label),
                2 => Text(file => file.Path),
                int index => Text(file => file.Groups[index - 3]),
            };
            return getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
                $"Column '{column.Name}' is {column.Type}, not {typeof(TValue)}.");
        }

        private ValueGetter<ReadOnlyMemory<char>> Text(Func<AudioFile, string> text)
            => (ref ReadOnlyMemory<char> value) => value = text(view._files[_position]).AsMemory();
    }
}
