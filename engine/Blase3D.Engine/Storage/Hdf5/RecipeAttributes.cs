using Blase3D.Engine.Cloning;
using Blase3D.Engine.LineFinding;
using Blase3D.Engine.Preprocessing;
using Blase3D.Kernels.Contracts;
using Blase3D.Native.Hdf5;

namespace Blase3D.Engine.Storage.Hdf5;

/// <summary>The recipe of clones and manifolds as root attributes. What a file does not say has the default's value.</summary>
internal static class RecipeAttributes
{
    public static void Write(Hdf5File file, CloneRecipe recipe)
    {
        (PreprocessingOptions preprocessing, LineFindingOptions finding, CloneOptions cloning) = (recipe.Preprocessing, recipe.LineFinding, recipe.Cloning);
        file.SetAttribute("/", "profile", cloning.Model.Profile.ToString().ToLowerInvariant());
        file.SetAttribute("/", "composition", cloning.Model.Composition.ToString().ToLowerInvariant());
        file.SetAttribute("/", "wing_pixels", cloning.WingPixels);
        file.SetAttribute("/", "epochs", cloning.Epochs);
        file.SetAttribute("/", "learning_rate", cloning.LearningRate);
        file.SetAttribute("/", "compat", cloning.PublishedWindows ? "blase" : "none");
        file.SetAttribute("/", "prominence", finding.Prominence);
        file.SetAttribute("/", "line_edge_margin_angstrom", finding.EdgeMarginAngstrom);
        file.SetAttribute("/", "percentile", preprocessing.Percentile);
        file.SetAttribute("/", "continuum_degree", preprocessing.ContinuumDegree);
        file.SetAttribute("/", "continuum_distance_pixels", preprocessing.ContinuumDistancePixels);
        file.SetAttribute("/", "input_is_normalized", recipe.InputIsNormalized ? 1 : 0);
    }

    public static CloneRecipe Read(Hdf5File file, string path)
    {
        CloneRecipe basis = file.ReadStringAttribute("/", "compat") == "blase" ? CloneRecipe.Published : new CloneRecipe();
        return basis with
        {
            Preprocessing = basis.Preprocessing with
            {
                Percentile = file.ReadDoubleAttribute("/", "percentile") ?? basis.Preprocessing.Percentile,
                ContinuumDegree = Whole(file, "continuum_degree") ?? basis.Preprocessing.ContinuumDegree,
                ContinuumDistancePixels = Whole(file, "continuum_distance_pixels") ?? basis.Preprocessing.ContinuumDistancePixels,
            },
            LineFinding = basis.LineFinding with
            {
                Prominence = file.ReadDoubleAttribute("/", "prominence") ?? basis.LineFinding.Prominence,
                EdgeMarginAngstrom = file.ReadDoubleAttribute("/", "line_edge_margin_angstrom") ?? basis.LineFinding.EdgeMarginAngstrom,
            },
            Cloning = basis.Cloning with
            {
                Model = new LineModel(
                    Named(file, path, "profile", basis.Cloning.Model.Profile), Named(file, path, "composition", basis.Cloning.Model.Composition)),
                WingPixels = Whole(file, "wing_pixels") ?? basis.Cloning.WingPixels,
                Epochs = Whole(file, "epochs") ?? basis.Cloning.Epochs,
                LearningRate = file.ReadDoubleAttribute("/", "learning_rate") ?? basis.Cloning.LearningRate,
            },
            InputIsNormalized = file.ReadInt64Attribute("/", "input_is_normalized") == 1,
        };
    }

    private static int? Whole(Hdf5File file, string name) => file.ReadInt64Attribute("/", name) is { } value ? checked((int)value) : null;

    private static T Named<T>(Hdf5File file, string path, string name, T otherwise)
        where T : struct, Enum
    {
        string? text = file.ReadStringAttribute("/", name);
        if (text is null) return otherwise;
        return Enum.TryParse(text, ignoreCase: true, out T value) && Enum.IsDefined(value)
            ? value
            : throw new EngineException(ErrorCode.BadInput, $"{path} has the {name} '{text}'; known are {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}, so use a newer engine.");
    }
}
