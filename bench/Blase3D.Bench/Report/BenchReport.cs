using System.Globalization;
using System.Text;
using Blase3D.Bench.Measuring;

namespace Blase3D.Bench.Report;

/// <summary>Collects measurements, prints them as they come and writes them as Markdown and CSV.</summary>
/// <param name="machine">The machine.</param>
/// <param name="commit">The commit of the sources.</param>
/// <param name="remark">What the reader must know about this run, or empty.</param>
internal sealed class BenchReport(MachineDescription machine, string commit, string remark)
{
    private readonly List<BenchRow> _rows = [];
    private readonly StringBuilder _body = new();
    private readonly StringBuilder _predictions = new();
    private readonly double? _loadAtStart = MachineDescription.LoadAverage();
    private readonly DateTime _start = DateTime.UtcNow;

    /// <summary>All measurements so far.</summary>
    public IReadOnlyList<BenchRow> Rows => _rows;

    /// <summary>Begins a section.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="text">What is measured.</param>
    public void Section(string title, string text)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine($"== {title}");
        _body.Append($"\n## {title}\n\n{text}\n");
    }

    /// <summary>Keeps a measurement and prints it.</summary>
    public void Add(BenchRow row)
    {
        _rows.Add(row);
        Console.Out.WriteLine(string.Join("  ", new[] { row.Case, row.Profile, row.Operation, row.Variant, $"{row.Threads} thr", Numbers.Seconds(row.Time.MinSeconds), Numbers.Error(row.MaxError), row.Note }.Where(s => s.Length > 0)));
    }

    /// <summary>Adds a Markdown table.</summary>
    /// <param name="columns">The heads.</param>
    /// <param name="rows">One text per column.</param>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        _body.Append($"\n| {string.Join(" | ", columns)} |\n|{string.Concat(Enumerable.Repeat("---|", columns.Count))}\n");
        foreach (IReadOnlyList<string> row in rows) _body.Append($"| {string.Join(" | ", row)} |\n");
    }

    /// <summary>Keeps the errors of one way of predicting spectra for the CSV.</summary>
    public void Predicted(string section, string way, double median, double p95, double max, double rms) => _predictions.Append(
        CultureInfo.InvariantCulture, $"\"{section}\",\"{way}\",{median:0.000e+00},{p95:0.000e+00},{max:0.000e+00},{rms:0.000e+00}\n");

    /// <summary>Adds a paragraph and prints it.</summary>
    public void Paragraph(string text)
    {
        Console.Out.WriteLine(text);
        _body.Append($"\n{text}\n");
    }

    /// <summary>Writes FOLDER/machine/date-name.md and .csv.</summary>
    /// <param name="folder">The folder of results.</param>
    /// <param name="name">What kind of results.</param>
    public void Write(string folder, string name)
    {
        string target = Path.Combine(folder, machine.Name);
        Directory.CreateDirectory(target);
        string stem = Path.Combine(target, FormattableString.Invariant($"{_start:yyyy-MM-dd}-{name}"));
        File.WriteAllText(stem + ".md", $"# {name}, {machine.Name}\n\n{Head()}{_body}");
        if (_rows.Count > 0) File.WriteAllText(stem + ".csv", Csv());
        if (_predictions.Length > 0) File.WriteAllText(stem + ".csv", $"section,way,median,p95,largest,rms\n{_predictions}");
        Console.Out.WriteLine($"\nWrote {stem}.md{(_rows.Count > 0 || _predictions.Length > 0 ? " and .csv" : string.Empty)}");
    }

    /// <summary>Writes a picture beside the results and shows it in them.</summary>
    /// <param name="folder">The folder of results.</param>
    /// <param name="name">The name of the picture, without ending.</param>
    /// <param name="caption">What it shows.</param>
    /// <param name="svg">The picture.</param>
    public void Figure(string folder, string name, string caption, string svg)
    {
        string target = Path.Combine(folder, machine.Name), file = FormattableString.Invariant($"{_start:yyyy-MM-dd}-{name}.svg");
        Directory.CreateDirectory(target);
        File.WriteAllText(Path.Combine(target, file), svg);
        _body.Append($"\n![{caption}]({file})\n");
    }

    private string Head()
    {
        string load = _loadAtStart is { } before && MachineDescription.LoadAverage() is { } after
            ? FormattableString.Invariant($"\nLoad average of the machine: {before:0.0} before, {after:0.0} after. ")
            : "\n";
        return FormattableString.Invariant($"{machine.Processor}, {machine.Cores} logical processors, {machine.VectorBits}-bit vectors; {machine.System}; {machine.Runtime}; {_start:yyyy-MM-dd HH:mm} UTC; commit {commit}.\n")
            + load + "Times are minima of repeated runs unless said; compare ratios rather than times.\n" + (remark.Length > 0 ? $"\n**{remark}**\n" : string.Empty);
    }

    private string Csv()
    {
        var csv = new StringBuilder("section,case,profile,operation,variant,threads,min_seconds,median_seconds,runs,evaluations,max_error,note\n");
        foreach (BenchRow row in _rows)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{row.Section},\"{row.Case}\",{row.Profile},\"{row.Operation}\",{row.Variant},{row.Threads},");
            csv.Append(CultureInfo.InvariantCulture, $"{row.Time.MinSeconds:R},{row.Time.MedianSeconds:R},{row.Time.Runs},{row.Evaluations:0},{row.MaxError:0.0e+00},\"{row.Note}\"\n");
        }

        return csv.ToString();
    }
}
