namespace Blase3D.Engine.Tests.Observation;

/// <summary>A spectrum between its pixels: the polynomial through the six nearest ones.</summary>
internal static class SixPointPolynomial
{
    /// <summary>The values at ascending places.</summary>
    public static double[] At(double[] wavelength, double[] flux, double[] places)
    {
        var result = new double[places.Length];
        int at = 0;
        for (int n = 0; n < result.Length; n++)
        {
            double x = places[n];
            while (at < wavelength.Length - 2 && wavelength[at + 1] < x) at++;
            int first = Math.Clamp(at - 2, 0, wavelength.Length - 6);
            for (int i = 0; i < 6; i++)
            {
                double weight = 1;
                for (int j = 0; j < 6; j++)
                {
                    if (j != i) weight *= (x - wavelength[first + j]) / (wavelength[first + i] - wavelength[first + j]);
                }

                result[n] += weight * flux[first + i];
            }
        }

        return result;
    }
}
