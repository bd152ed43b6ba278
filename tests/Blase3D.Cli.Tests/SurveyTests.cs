using System.Diagnostics;
using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>Many spectra at once: patterns, lists, shards, what cannot be used, and going on after a kill.</summary>
public sealed class SurveyTests(Workbench bench) : IClassFixture<Workbench>
{
    private const string Quick = " --normalized --initial 16 --guided 4";

    [Fact]
    public void Shards_of_a_list_put_together_are_the_whole_and_no_result_depends_on_the_others()
    {
        Make("night", 7);
        bench.Write("list.txt", "# the second half\n\nnight/star-4.csv\nnight/star-5.csv\n night/star-6.csv \n");
        bench.Run("infer manifold.h5 night/*.csv -o all.csv" + Quick).Succeeded();
        bench.Run("infer manifold.h5 night/star-[0-3].csv -o none.csv" + Quick).Refused(3, "star-[0-3].csv");
        bench.Run("infer manifold.h5 night/star-0.csv night/star-1.csv night/star-2.csv night/star-3.csv --list list.txt -o mixed.csv --threads 1" + Quick).Succeeded();
        string[] all = Results("all.csv");
        Assert.Equal(7, all.Length);
        Assert.Equal(all, Results("mixed.csv"));
        for (int shard = 1; shard <= 3; shard++) bench.Run($"infer manifold.h5 night/*.csv -o part-{shard}.csv --shard {shard}/3" + Quick).Succeeded();
        Assert.Equal(all, Enumerable.Range(1, 3).SelectMany(shard => Results($"part-{shard}.csv")));
        bench.Run("infer manifold.h5 night/star-5.csv -o one.csv" + Quick).Succeeded();
        Assert.Equal(all[5], Assert.Single(Results("one.csv")));
        Assert.Empty(Directory.GetFileSystemEntries(bench.Folder, "*.work"));
    }

    [Fact]
    public void Parts_of_shards_are_merged_to_the_very_file_of_a_single_run()
    {
        (string, string) epoch = ("SOURCE_DATE_EPOCH", "1700000000");
        Make("shift", 5);
        bench.Write("shift/star-2b.csv", "wavelength,flux\n" + string.Concat(Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"{9501 + (0.1 * i)},1\n"))));
        foreach (string ending in new[] { "csv", "json" }) Assert.Equal(3, bench.Run($"infer manifold.h5 shift/*.csv -o single.{ending}" + Quick, epoch).ExitCode);
        for (int shard = 1; shard <= 4; shard++)
            Assert.Equal(shard == 3 ? 3 : 0, bench.Run($"infer manifold.h5 shift/*.csv -o part-{shard}.jsonl --shard {shard}/4 --threads {1 + (shard % 2)}" + Quick).ExitCode);
        foreach (string ending in new[] { "csv", "json" })
        {
            BlaseResult merged = bench.Run($"merge part-3.jsonl part-1.jsonl part-4.jsonl part-2.jsonl -o merged.{ending}", epoch);
            Assert.Equal(3, merged.ExitCode);
            Assert.Contains("star-2b.csv", merged.Error, StringComparison.Ordinal);
            Assert.Equal(File.ReadAllBytes(bench[$"single.{ending}"]), File.ReadAllBytes(bench[$"merged.{ending}"]));
        }

        BlaseResult tensors = bench.Run("merge part-1.jsonl part-2.jsonl part-3.jsonl part-4.jsonl -o merged.h5");
        Assert.Equal(3, tensors.ExitCode);
        Assert.Contains("star-2b.csv", tensors.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(bench["merged.h5"]));
        bench.RunOver("x.csv", "merge part-1.jsonl part-3.jsonl part-4.jsonl -o x.csv").Refused(3, "1 of 4 shards are missing (2)");
        bench.RunOver("x.csv", "merge part-1.jsonl part-2.jsonl part-1.jsonl -o x.csv").Refused(3, "both shard 1/4");
        bench.Run("infer manifold.h5 shift/*.csv -o other.jsonl --seed 2 --shard 4/4" + Quick).Succeeded();
        bench.RunOver("x.csv", "merge part-1.jsonl part-2.jsonl part-3.jsonl other.jsonl -o x.csv").Refused(3, "other.jsonl", "another run");
        File.WriteAllText(bench["cut.jsonl"], File.ReadAllText(bench["part-4.jsonl"])[..^40]);
        bench.RunOver("x.csv", "merge part-1.jsonl part-2.jsonl part-3.jsonl cut.jsonl -o x.csv").Refused(3, "cut.jsonl", "damaged");
        bench.RunOver("x.csv", "merge single.csv part-1.jsonl -o x.csv").Refused(3, "single.csv", ".jsonl");
    }

    [Fact]
    public void Spectra_that_cannot_be_used_are_named_with_exit_code_3_and_the_others_are_inferred()
    {
        Make("mixed", 3);
        bench.Write("mixed/dark.csv", "wavelength,flux\n" + string.Concat(Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"{8501 + (0.1 * i)},nan\n"))));
        bench.Write("mixed/far.csv", "wavelength,flux\n" + string.Concat(Enumerable.Range(0, 50).Select(i => FormattableString.Invariant($"{9501 + (0.1 * i)},1\n"))));
        bench.Write("mixed/text.h5", "text");
        bench.Write("names.txt", "mixed/none.fits\n");
        BlaseResult result = bench.Run("infer manifold.h5 mixed/* --list names.txt -o good.csv" + Quick);
        Assert.Equal(3, result.ExitCode);
        foreach (string name in new[] { "good.csv was written without 4 of 7 spectra", "dark.csv", "far.csv", "text.h5", "none.fits" }) Assert.Contains(name, result.Error, StringComparison.Ordinal);
        Assert.Equal(3, Results("good.csv").Length);
        Assert.False(Directory.Exists(bench["good.csv.work"]));
        bench.RunOver("x.csv", "infer manifold.h5 mixed/dark.csv mixed/far.csv -o x.csv" + Quick).Refused(3, "None of the 2 spectra", "dark.csv");
        bench.RunOver("x.csv", "infer manifold.h5 nowhere/*.csv -o x.csv" + Quick).Refused(3, "nowhere/*.csv");
        bench.RunOver("x.csv", "infer manifold.h5 --list missing.txt -o x.csv" + Quick).Refused(3, "missing.txt");
        bench.RunOver("x.csv", "infer manifold.h5 mixed/*.csv --shard 9/8 -o x.csv" + Quick).Refused(2, "'9/8'");
    }

    [Fact]
    public void A_killed_survey_goes_on_to_the_same_results()
    {
        const int stars = 300;
        Random random = new(1);
        bench.Write("many.csv", "teff,logg,feh\n" + string.Concat(Enumerable.Range(0, stars).Select(_ => FormattableString.Invariant(
            $"{4000 + (200 * random.NextDouble())},{4 + (0.5 * random.NextDouble())},{-0.5 * random.NextDouble()}\n"))));
        bench.Run("reconstruct manifold.h5 --points many.csv -o many.h5").Succeeded();
        const string Survey = "infer manifold.h5 many.h5 -o survey.csv --resume" + Quick;
        bench.Run(Survey.Replace("survey.csv", "undisturbed.csv", StringComparison.Ordinal)).Succeeded();
        string journal = Path.Combine(bench["survey.csv.work"], "results.jsonl");
        using (Process running = BlaseProcess.Start(bench.Folder, ["dotnet", BlaseProcess.Program, .. Survey.Split(' ')]))
        {
            Stopwatch watch = Stopwatch.StartNew();
            while (!(File.Exists(journal) && new FileInfo(journal).Length > 0) && !running.HasExited && watch.Elapsed < TimeSpan.FromSeconds(120)) Thread.Sleep(5);
            running.Kill();
            running.WaitForExit();
        }

        Assert.False(File.Exists(bench["survey.csv"]));
        Assert.InRange(File.ReadLines(journal).Count(), 1, stars - 1);
        foreach (string other in new[] { "--seed 2", "--mask 8504:8508", "--prior teff=4100+-1000" }) bench.Run($"{Survey} {other}").Refused(2, "survey.csv.work", "other options");
        bench.Run(Survey).Succeeded();
        Assert.Equal(Results("undisturbed.csv"), Results("survey.csv"));
        Assert.False(Directory.Exists(bench["survey.csv.work"]));
    }

    private void Make(string folder, int stars)
    {
        Directory.CreateDirectory(bench[folder]);
        for (int n = 0; n < stars; n++)
            bench.Run(FormattableString.Invariant($"reconstruct manifold.h5 --teff {4010 + (25 * n)} --logg 4.2 --feh=-0.3 -o {folder}/star-{n}.csv")).Succeeded();
    }

    // Without the seconds, which are the only thing that may differ; names without folders.
    private string[] Results(string file) => [.. File.ReadLines(bench[file]).Skip(1).Select(line => line.Split(',')).Select(
        cells => string.Join(',', cells.Where((_, column) => column != cells.Length - 2)))];
}
