namespace Unbrick.Core.Text;

/// <summary>Sizes and offsets as people of this field write them. Binary units only: "8,192" has meant two numbers once too often (thread 001).</summary>
public static class ByteText
{
    private static readonly string[] s_units = ["KiB", "MiB", "GiB", "TiB"];

    /// <summary><c>13,370,296 bytes (12.8 MiB)</c>.</summary>
    public static string Exact(long bytes) => bytes < 1024 ? Plain(bytes) : $"{Plain(bytes)} ({Short(bytes)})";

    /// <summary><c>12.8 MiB</c>; whole numbers without a fraction (<c>16 MiB</c>).</summary>
    public static string Short(double bytes)
    {
        if (bytes < 1024)
            return $"{bytes:0} B";
        int unit = -1;
        do
        {
            bytes /= 1024;
            unit++;
        }
        while (bytes >= 1024 && unit < s_units.Length - 1);
        return $"{bytes:0.#} {s_units[unit]}";
    }

    /// <summary><c>9.4 of 15.5 MiB</c>: both in the unit of the whole.</summary>
    public static string Of(long done, long total)
    {
        int unit = -1;
        double divisor = 1;
        while (total / divisor >= 1024 && unit < s_units.Length - 1)
        {
            divisor *= 1024;
            unit++;
        }
        return $"{done / divisor:0.#} of {total / divisor:0.#} {(unit < 0 ? "B" : s_units[unit])}";
    }

    /// <summary><c>0x020000 (128 KiB)</c>.</summary>
    public static string Offset(long offset) => $"0x{offset:x6} ({Short(offset)})";

    private static string Plain(long bytes) => bytes == 1 ? "1 byte" : $"{bytes:N0} bytes";
}
