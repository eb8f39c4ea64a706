namespace Unbrick.Sim.Loaders;

/// <summary>A number of bytes as U-Boot's print_size writes it: one decimal, left out when it is 0.</summary>
internal static class PrintedSize
{
    public static string Of(long bytes) => bytes switch
    {
        >= 1 << 20 => $"{bytes / (double)(1 << 20):0.#} MiB",
        >= 1 << 10 => $"{bytes / (double)(1 << 10):0.#} KiB",
        _ => $"{bytes} Bytes",
    };
}
