namespace Blase3D.Kernels.Tests;

/// <summary>Values of scipy.special.wofz (scipy 1.10.1).</summary>
internal static class WofzTable
{
    public const double X1 = 0.5;
    public const double Y1 = 0.001;
    public const double Re1 = 0.7781517183125487;
    public const double Im1 = 0.47814717512158444;

    public const double X2 = 3.1;
    public const double Y2 = 0.02;
    public const double Re2 = 0.0015090255087048174;
    public const double Im2 = 0.1936099834538482;

    public const double X3 = -2.6;
    public const double Y3 = 1.4;
    public const double Re3 = 0.10226441829018432;
    public const double Im3 = -0.16727049552940523;

    public const double X4 = 6.3;
    public const double Y4 = 1E-6;
    public const double Re4 = 1.4789344930284265E-8;
    public const double Im4 = 0.09072765968412573;

    public const double X5 = 11.99;
    public const double Y5 = 0.4;
    public const double Re5 = 0.0015846718746596125;
    public const double Im5 = 0.04716697577490411;
}
