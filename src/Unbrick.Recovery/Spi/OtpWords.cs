using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Recovery.Spi;

/// <summary>What is said of the memory beside the array.</summary>
internal static class OtpWords
{
    /// <summary>A line; null when nothing is known of such memory.</summary>
    public static string? Of(SecurityDump? dump)
    {
        if (dump is null || (dump.Registers.IsEmpty && !dump.IsLeftOut && !dump.IsInMode))
            return null;
        if (dump.IsInMode)
            return "the chip did not go back from its one-time memory to its array: take its power away for a moment before anything else";
        if (dump.IsLeftOut)
            return "this chip's one-time memory was not read, since something is to be written: unbrick spi backup reads it";
        string size = dump.Registers.Length == 1 ? $"{dump.Registers[0].Bytes.Length:N0} bytes" : $"{dump.Registers.Length:N0} x {dump.Registers[0].Bytes.Length:N0} bytes";
        int locked = dump.Registers.Count(r => r.IsLocked is true), unsure = dump.Registers.Count(r => !r.IsSure);
        string state = unsure > 0 ? "two reads did not agree"
            : dump.Registers.All(r => r.IsEmpty) ? "empty"
            : locked > 0 ? $"kept in the record; {locked:N0} locked for good" : "kept in the record";
        return $"one-time memory beside the array, {size}: {state}";
    }
}
