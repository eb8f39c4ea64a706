namespace Unbrick.E2E.Lab;

/// <summary>Where the program under test and the lab are.</summary>
internal static class Paths
{
    /// <summary>The root of the repository: the folder that holds the solution.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>
    /// The program under test: what this build made (same configuration), or <c>UNBRICK_EXE</c>, to try a published one.
    /// </summary>
    public static string Unbrick { get; } = Environment.GetEnvironmentVariable("UNBRICK_EXE")
        ?? Path.Combine(Repository, "artifacts", "bin", "Unbrick.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "unbrick");

    /// <summary>The program that drives a programmer with nothing above it, of the same build.</summary>
    public static string SpiProbe { get; } =
        Path.Combine(Repository, "artifacts", "bin", "Unbrick.SpiProbe", new DirectoryInfo(AppContext.BaseDirectory).Name, "Unbrick.SpiProbe");

    /// <summary>Where <c>bench/spi/libusb_shim/build.sh</c> puts the virtual programmers.</summary>
    public static string SpiLab { get; } = Path.Combine(Repository, "artifacts", "lab", "spi");

    /// <summary>A script of the lab.</summary>
    public static string LabScript(string name) => Path.Combine(Repository, "lab", "net", name);

    /// <summary>A tool that <c>make -C lab/net</c> built.</summary>
    public static string LabTool(string name) => Path.Combine(Repository, "artifacts", "lab", name);

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Unbrick.slnx")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("Unbrick.slnx is in no folder above " + AppContext.BaseDirectory);
    }
}
