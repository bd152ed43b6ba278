using Blase3D.Engine.Cloning;
using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;
using Blase3D.Kernels.Contracts;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>
/// The recipe of clones and manifolds as root attributes (data-schemas/line-clones.md). What a file does not say has the value of the
/// published recipe when its compat is "blase", else that of its optimizer.
/// </summary>
internal static class RecipeAttributes
{
    private const string Published = "blase", Default = "none";

    public static void Write(Hdf5File file, CloneRecipe recipe)
    {
        (PreprocessingOptions preprocessing, LineFindingOptions finding, CloneOptions cloning) = (recipe.Preprocessing, recipe.LineFinding, recipe.Cloning);
        file.SetAttribute("/", "profile", cloning.Model.Profile.ToString().ToLowerInvariant());
        file.SetAttribute("/", "composition", cloning.Model.Composition.ToString().ToLowerInvariant());
        file.SetAttribute("/", "wing_pixels", cloning.WingPixels);
        file.SetAttribute("/", "optimizer", OptimizerName(cloning.Optimizer));
        file.SetAttribute("/", "continuation", Flag(recipe.Continuation));
        file.SetAttribute("/", "return_sweep", Flag(recipe.Return));
        file.SetAttribute("/", "epochs", cloning.Epochs);
        file.SetAttribute("/", "residual_passes", cloning.ResidualPasses);
        file.SetAttribute("/", "residual_prominence", cloning.ResidualProminence);
        file.SetAttribute("/", "residual_prominence_per_rms", cloning.ResidualProminencePerRms);
        file.SetAttribute("/", "residual_distance_pixels", cloning.ResidualDistancePixels);
        file.SetAttribute("/", "merge_degenerate", Flag(cloning.MergeDegenerate));
        file.SetAttribute("/", "drop_superfluous", Flag(cloning.DropSuperfluous));
        file.SetAttribute("/", "smallest_depth", cloning.SmallestDepth);
        file.SetAttribute("/", "start_weight", cloning.StartWeight);
        file.SetAttribute("/", "inherited_weight", cloning.InheritedWeight);
        file.SetAttribute("/", "learning_rate", cloning.LearningRate);
        file.SetAttribute("/", "center_angstrom_per_rate", cloning.CenterAngstromPerRate);
        file.SetAttribute("/", "active_margin_angstrom", cloning.ActiveMarginAngstrom);
        file.SetAttribute("/", "train_velocity", Flag(cloning.TrainVelocity));
        file.SetAttribute("/", "return_best", Flag(cloning.ReturnBest));
        file.SetAttribute("/", "evaluation_tolerance", cloning.Tolerance);
        file.SetAttribute("/", "smallest_width_pixels", cloning.SmallestWidthPixels);
        file.SetAttribute("/", "compat", cloning.PublishedWindows ? Published : Default);
        file.SetAttribute("/", "prominence", finding.Prominence);
        file.SetAttribute("/", "line_distance_pixels", finding.DistancePixels);
        file.SetAttribute("/", "line_edge_margin_angstrom", finding.EdgeMarginAngstrom);
        file.SetAttribute("/", "percentile", preprocessing.Percentile);
        file.SetAttribute("/", "continuum_degree", preprocessing.ContinuumDegree);
        file.SetAttribute("/", "continuum_distance_pixels", preprocessing.ContinuumDistancePixels);
        file.SetAttribute("/", "published_continuum", Flag(preprocessing.Published));
        file.SetAttribute("/", "input_is_normalized", Flag(recipe.InputIsNormalized));
    }

    public static CloneRecipe Read(Hdf5File file, string path)
    {
        CloneRecipe basis = Basis(file, path);
        (PreprocessingOptions preprocessing, LineFindingOptions finding, CloneOptions cloning) = (basis.Preprocessing, basis.LineFinding, basis.Cloning);
        var recipe = new CloneRecipe
        {
            Preprocessing = new PreprocessingOptions
            {
                Percentile = Number(file, "percentile", preprocessing.Percentile),
                ContinuumDegree = Whole(file, path, "continuum_degree", preprocessing.ContinuumDegree),
                ContinuumDistancePixels = Whole(file, path, "continuum_distance_pixels", preprocessing.ContinuumDistancePixels),
                Published = IsSet(file, "published_continuum", preprocessing.Published),
            },
            LineFinding = new LineFindingOptions
            {
                Prominence = Number(file, "prominence", finding.Prominence),
                DistancePixels = Whole(file, path, "line_distance_pixels", finding.DistancePixels),
                EdgeMarginAngstrom = Number(file, "line_edge_margin_angstrom", finding.EdgeMarginAngstrom),
            },
            Cloning = new CloneOptions
            {
                Model = new LineModel(Named(file, path, "profile", cloning.Model.Profile), Named(file, path, "composition", cloning.Model.Composition)),
                WingPixels = Whole(file, path, "wing_pixels", cloning.WingPixels),
                Optimizer = cloning.Optimizer,
                Epochs = Whole(file, path, "epochs", cloning.Epochs),
                ResidualPasses = Whole(file, path, "residual_passes", cloning.ResidualPasses),
                ResidualProminence = Number(file, "residual_prominence", cloning.ResidualProminence),
                ResidualProminencePerRms = Number(file, "residual_prominence_per_rms", cloning.ResidualProminencePerRms),
                MergeDegenerate = IsSet(file, "merge_degenerate", cloning.MergeDegenerate),
                DropSuperfluous = IsSet(file, "drop_superfluous", cloning.DropSuperfluous),
                ResidualDistancePixels = Whole(file, path, "residual_distance_pixels", cloning.ResidualDistancePixels),
                SmallestDepth = Number(file, "smallest_depth", cloning.SmallestDepth),
                StartWeight = Number(file, "start_weight", cloning.StartWeight),
                InheritedWeight = Number(file, "inherited_weight", cloning.InheritedWeight),
                LearningRate = Number(file, "learning_rate", cloning.LearningRate),
                CenterAngstromPerRate = Number(file, "center_angstrom_per_rate", cloning.CenterAngstromPerRate),
                ActiveMarginAngstrom = Number(file, "active_margin_angstrom", cloning.ActiveMarginAngstrom),
                TrainVelocity = IsSet(file, "train_velocity", cloning.TrainVelocity),
                ReturnBest = IsSet(file, "return_best", cloning.ReturnBest),
                Tolerance = Number(file, "evaluation_tolerance", cloning.PublishedWindows ? 0 : cloning.Tolerance),
                SmallestWidthPixels = Number(file, "smallest_width_pixels", cloning.SmallestWidthPixels),
                PublishedWindows = cloning.PublishedWindows,
            },
            Continuation = IsSet(file, "continuation", basis.Continuation),
            Return = IsSet(file, "return_sweep", false),
            InputIsNormalized = IsSet(file, "input_is_normalized", basis.InputIsNormalized),
        };
        Check(recipe, path);
        return recipe;
    }

    /// <summary>Values out of range would only be found by the stage that uses them, far from the file.</summary>
    private static void Check(CloneRecipe recipe, string path)
    {
        try
        {
            recipe.Preprocessing.Check();
            recipe.LineFinding.Check();
            recipe.Cloning.Validate();
        }
        catch (EngineException failure)
        {
            throw new EngineException(ErrorCode.BadInput, $"{path} has a recipe that cannot be used: {failure.Message}", failure);
        }
    }

    private static CloneRecipe Basis(Hdf5File file, string path) => file.ReadStringAttribute("/", "compat") switch
    {
        Published => CloneRecipe.Published,
        Default or null => OptimizerOf(file, path) == CloneOptimizer.Adam ? CloneRecipe.Adam : new CloneRecipe(),
        { } other => throw new EngineException(ErrorCode.BadInput, $"{path} has the compat '{other}'; known are {Default} and {Published}, so use a newer engine."),
    };

    private static string OptimizerName(CloneOptimizer optimizer) => optimizer == CloneOptimizer.Adam ? "adam" : "quasi-newton";

    // Files that do not say were made before there was a choice.
    private static CloneOptimizer OptimizerOf(Hdf5File file, string path) => file.ReadStringAttribute("/", "optimizer") switch
    {
        null or "adam" => CloneOptimizer.Adam,
        "quasi-newton" => CloneOptimizer.QuasiNewton,
        { } other => throw new EngineException(ErrorCode.BadInput, $"{path} has the optimizer '{other}'; known are quasi-newton and adam, so use a newer engine."),
    };

    private static int Flag(bool value) => value ? 1 : 0;

    private static bool IsSet(Hdf5File file, string name, bool otherwise) => file.ReadInt64Attribute("/", name) is { } value ? value != 0 : otherwise;

    private static double Number(Hdf5File file, string name, double otherwise) => file.ReadDoubleAttribute("/", name) ?? otherwise;

    private static int Whole(Hdf5File file, string path, string name, int otherwise)
    {
        long value = file.ReadInt64Attribute("/", name) ?? otherwise;
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new EngineException(ErrorCode.BadInput, FormattableString.Invariant($"{path} has the {name} {value}, which is beyond 32 bits; make the file again."));
    }

    private static T Named<T>(Hdf5File file, string path, string name, T otherwise)
        where T : struct, Enum
    {
        string? text = file.ReadStringAttribute("/", name);
        if (text is null) return otherwise;

        // Enum.Parse would take numbers too.
        T[] known = [.. Enum.GetValues<T>().Where(value => string.Equals(value.ToString(), text, StringComparison.OrdinalIgnoreCase))];
        return known.Length == 1
            ? known[0]
            : throw new EngineException(ErrorCode.BadInput, $"{path} has the {name} '{text}'; known are {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, so use a newer engine.");
    }
}
