using Xunit;

namespace Blase3D.Cli.Tests;

/// <summary>What a user can type wrong: one sentence, the exit code of the contract, the old output as it was.</summary>
public sealed class BadArgumentTests(Workbench bench) : IClassFixture<Workbench>
{
    private const string Star = " " + Workbench.Star;

    [Theory]
    [InlineData("paint", "'paint'", "blase3d --help")]
    [InlineData("grid", "grid import", "grid synthesize")]
    [InlineData("grid --compress", "grid import", "grid synthesize")]
    [InlineData("help paint", "'paint'", "blase3d --help")]
    [InlineData("grid paint", "'grid paint'", "blase3d --help")]
    [InlineData("clone grid.h5", "--output", "clone --help")]
    [InlineData("clone grid.h5 -o", "--output", "clone --help")]
    [InlineData("clone -o x.h5", "GRID.h5", "clone --help")]
    [InlineData("clone grid.h5 more.h5 -o x.h5", "'more.h5'", "too many")]
    [InlineData("clone grid.h5 -o x.h5 --paint 3", "--paint", "clone --help")]
    [InlineData("clone grid.h5 -o x.txt", "x.txt", ".h5, .hdf5")]
    [InlineData("clone grid.h5 -o x", "ends in ''", ".h5")]
    [InlineData("clone grid.h5 -o grid.h5", "grid.h5", "another name")]
    [InlineData("clone grid.h5 -o x.h5 --threads -1", "-1", "0 to 4096")]
    [InlineData("clone grid.h5 -o x.h5 --threads two", "--threads", "'two'")]
    [InlineData("clone grid.h5 -o x.h5 --backend abacus", "'abacus'", "auto, cpu, opencl or cuda")]
    [InlineData("clone grid.h5 -o x.h5 --prominence -0.1", "-0.1", "above 0")]
    [InlineData("clone grid.h5 -o x.h5 --prominence nan", "NaN", "above 0")]
    [InlineData("clone grid.h5 -o x.h5 --wing-pixels=-5", "-5", "at least 2")]
    [InlineData("clone grid.h5 -o x.h5 --epochs=-1", "-1", "1,000,000")]
    [InlineData("clone grid.h5 -o x.h5 --learning-rate 0", "learning-rate is 0", "above 0")]
    [InlineData("clone grid.h5 -o x.h5 --continuum-degree 99", "99", "0 to 30")]
    [InlineData("clone grid.h5 -o x.h5 --continuum-distance 0", "0 pixels", "at least 1")]
    [InlineData("clone grid.h5 -o x.h5 --profile gauss", "'gauss'", "blase, thompson, voigt")]
    [InlineData("clone grid.h5 -o x.h5 --profile 77", "'77'", "blase, thompson, voigt")]
    [InlineData("clone grid.h5 -o x.h5 --composition sum", "'sum'", "product, opacity")]
    [InlineData("clone grid.h5 -o x.h5 --compat korg", "'korg'", "blase")]
    [InlineData("clone grid.h5 -o x.h5 --compat blase", "A margin of 60 A", "longer spectrum")]
    [InlineData("build clones.h5 -o x.h5 --association nearest", "'nearest'", "exact or tracked")]
    [InlineData("build clones.h5 -o x.h5 --backend abacus", "'abacus'", "auto, cpu, opencl or cuda")]
    [InlineData("build clones.h5 -o x.h5 --interpolation quintic", "'quintic'", "linear or cubic")]
    [InlineData("build clones.h5 -o x.h5 --regression 9", "is 9", "0 to 6")]
    [InlineData("build clones.h5 -o x.h5 --residual grid.h5 --line-share 1.5", "'1.5'", "auto or 0 to 1")]
    [InlineData("build clones.h5 -o x.h5 --line-share 0.5", "--line-share", "--residual")]
    [InlineData("reconstruct manifold.h5 -o x.h5" + Star + " --interpolation quintic", "'quintic'", "linear or cubic")]
    [InlineData("reconstruct manifold.h5 -o x.h5" + Star + " --interpolation cubic --compat blase", "linear between the nodes", "--compat blase")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --interpolation cubic --compat blase", "linear between the nodes", "--compat blase")]
    [InlineData("build clones.h5 -o x.h5 --threads=-4", "-4", "0 to 4096")]
    [InlineData("build clones.h5 -o clones.h5", "clones.h5", "another name")]
    [InlineData("reconstruct manifold.h5 -o x.h5", "teff, logg, feh", "--points")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --teff 4000 --logg 4", "feh is not given", "--points")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --teff hot --logg 4 --feh 0", "--teff", "'hot'")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --teff nan --logg 4 --feh 0", "--teff", "finite")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --points points.csv --teff 4000", "--points", "one of them")]
    [InlineData("reconstruct manifold.h5 -o x.json" + Star, "x.json", ".fits")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --wavelength 8510:8505" + Star, "'8510:8505'", "LO:HI")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --wavelength red" + Star, "'red'", "LO:HI")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --like star.h5 --wavelength 8505:8510" + Star, "--like", "one of them")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --window-pixels 1" + Star, "1 pixels", "at least 2")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --compat blase --window-pixels 100000" + Star, "of 100000 pixels", "--window-pixels")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --tolerance 0.1" + Star, "'0.1'", "1e-6")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --window-tolerance 2" + Star, "tolerance is 2", "1e-12 to 0.1")]
    [InlineData("infer manifold.h5 -o x.csv", "SPECTRUM", "infer --help")]
    [InlineData("infer manifold.h5 star.h5 -o x.fits", "x.fits", ".csv, .json")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --prior", "--prior", "lacks its value")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --prior hot", "'hot'", "NAME=LOW:HIGH")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --prior teff=4100:4000", "'teff=4100:4000'", "NAME=LOW:HIGH")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --prior teff=4000:4100 teff=4000", "'teff=4000'", "once")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --prior mass=1:2", "'mass=1:2'", "teff, logg, feh")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --method guess", "'guess'", "gp+gradient")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --method --seed 3", "--method", "lacks its value")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --medium water", "'water'", "vacuum or air")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --seed=-1", "'-1'", "0 or more")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --initial 1", "1 initial", "100,000")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --guided=-1", "-1 guided", "100,000")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --acquisition luck", "'luck'", "hedge or logei")]
    [InlineData("infer manifold.h5 star.h5 -o x.csv --window-pixels 0", "0 pixels", "at least 2")]
    [InlineData("grid synthesize -o x.h5 --teff cool", "'cool'", "LO:HI:STEP")]
    [InlineData("grid synthesize -o x.h5 --logg 4:5", "'4:5'", "LO:HI:STEP")]
    [InlineData("grid synthesize -o x.h5 --teff 4000:4200:300", "STEP", "4000:4200:300")]
    [InlineData("grid synthesize -o x.h5 --lines=-4", "-4", "1 to 10000000")]
    [InlineData("grid synthesize -o x.h5 --wavelength 1:2", "1:2", "5000 to 15000")]
    [InlineData("grid synthesize -o x.h5 --seed x", "'x'", "whole number")]
    [InlineData("grid import -o x.h5", "SRC", "grid import --help")]
    [InlineData("grid import grid.h5 -o x.h5 --medium water", "'water'", "vacuum or air")]
    [InlineData("grid import text.csv -o x.h5 --wavelength red", "'red'", "LO:HI")]
    [InlineData("import-pt text.pt -o x.h5", "text.pt", "--point")]
    [InlineData("import-pt text.pt -o x.h5 --point hot", "'hot'", "teff=4700")]
    [InlineData("inspect", "FILE", "inspect --help")]
    [InlineData("verify --paint", "--paint", "verify --help")]
    [InlineData("clone grid.h5 -o x.h5 --device 0", "--device", "--backend")]
    [InlineData("clone grid.h5 -o x.h5 --memory-limit 1GB", "--memory-limit", "--backend")]
    [InlineData("clone grid.h5 -o x.h5 --backend opencl --memory-limit lots", "'lots'", "500MB")]
    [InlineData("clone grid.h5 -o x.h5 --backend opencl --kernels avx2", "'avx2'", "double or single")]
    [InlineData("demo --out", "--out", "lacks its value")]
    public void Bad_arguments_are_exit_code_2(string line, string named, string advice)
    {
        string output = line.Split(' ').SkipWhile(word => word != "-o").Skip(1).FirstOrDefault("x.h5");
        bool isInput = line.Split(" -o ")[0].Split(' ').Contains(output);
        (isInput ? bench.Run(line) : bench.RunOver(output, line)).Refused(2, named, advice);
    }

    [Theory]
    [InlineData("reconstruct manifold.h5 -o x.h5 --teff 9000 --logg 4.2 --feh 0", "teff=9000", "teff 4000 to 4200", "the nearest valid point is teff=4200, logg=4.2, feh=0")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --wavelength 8505:9000" + Star, "8505:9000", "8500 to 8520")]
    [InlineData("reconstruct manifold.h5 -o x.h5 --wavelength 8505.001:8505.002" + Star, "8505.001:8505.002", "8500 to 8520")]
    [InlineData("infer manifold.h5 star.h5 -o x.h5 --prior teff=9000:9100", "teff=9000:9100", "4000 to 4200")]
    [InlineData("grid synthesize -o x.h5 --teff=-4000", "teff=-4000", "1500 to 30000")]
    public void What_lies_outside_is_exit_code_5_with_the_range(string line, params string[] named) => bench.RunOver("x.h5", line).Refused(5, named);

    [Fact]
    public void A_grid_that_was_meant_as_output_is_not_lost()
    {
        byte[] before = File.ReadAllBytes(bench["grid.h5"]);
        File.CreateSymbolicLink(bench["link.h5"], bench["grid.h5"]);
        bench.Run("clone link.h5 -o grid.h5").Refused(2, "another name");
        bench.Run("reconstruct manifold.h5 --points points.csv -o points.csv").Refused(2, "points.csv", "another name");
        Assert.Equal(before, File.ReadAllBytes(bench["grid.h5"]));
    }

    [Theory]
    [InlineData("clone|grid.h5|-o|", "--output")]
    [InlineData("clone||-o|x.h5", "GRID.h5")]
    [InlineData("build||-o|x.h5", "CLONES.h5")]
    [InlineData("reconstruct|manifold.h5|-o|x.h5|--points|", "--points")]
    [InlineData("reconstruct|manifold.h5|-o|x.h5|--teff|4050|--logg|4.25|--feh|0|--like|", "--like")]
    [InlineData("infer|manifold.h5||-o|x.csv", "SPECTRUM")]
    [InlineData("infer|manifold.h5|star.h5||-o|x.csv", "SPECTRUM")]
    [InlineData("infer|manifold.h5|star.h5|-o|x.csv|--prior|", "--prior")]
    [InlineData("infer|manifold.h5|star.h5|-o|x.csv|--prior=", "--prior")]
    [InlineData("infer|manifold.h5|star.h5|-o|x.csv|--method=", "--method")]
    [InlineData("grid|import||-o|x.h5", "SRC")]
    [InlineData("grid|synthesize|-o|x.h5|--wavelength-file|", "--wavelength-file")]
    [InlineData("import-pt||-o|x.h5", "PATH")]
    [InlineData("inspect|", "FILE")]
    [InlineData("demo|--out|", "--out")]
    public void An_empty_argument_is_named(string line, string named) =>
        BlaseProcess.Finish(BlaseProcess.Start(bench.Folder, ["dotnet", BlaseProcess.Program, .. line.Split('|')])).Refused(2, named, "--help");

    [Fact]
    public void Help_and_version_are_no_errors()
    {
        Assert.Equal("blase3d 0.1.0\n", bench.Run("--version").Succeeded().Output);
        foreach (string verb in new[] { "demo", "grid import", "grid synthesize", "clone", "import-pt", "build", "reconstruct", "infer", "inspect", "verify" })
        {
            BlaseResult help = bench.Run($"{verb} --help").Succeeded();
            Assert.Contains("--threads", help.Output, StringComparison.Ordinal);
            Assert.Equal(string.Empty, help.Error);
            Assert.Contains(verb, bench.Run("--help").Succeeded().Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Verbose_shows_where_an_error_came_from()
    {
        BlaseResult result = bench.Run("inspect text.h5 --verbose");
        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("blase3d: text.h5 is not an HDF5 file", result.Error, StringComparison.Ordinal);
        Assert.Contains("   at Blase3D.", result.Error, StringComparison.Ordinal);
    }
}
