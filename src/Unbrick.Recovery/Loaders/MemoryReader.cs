using System.Globalization;
using System.Text.RegularExpressions;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Formats.Bytes;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Loaders;

/// <summary>
/// Reads memory through the console: a long <c>md.b</c> at a time so that the line is never idle, single lines again that arrived damaged, and
/// each piece compared with the checksum that the loader itself makes of it.
/// </summary>
/// <param name="shell">A proven prompt.</param>
public sealed partial class MemoryReader(LoaderShell shell)
{
    /// <summary>Bytes asked for at once: 7 seconds of 115200 baud. More saves nothing, less costs a prompt each.</summary>
    public const int Piece = 0x4000;

    private const int MostRounds = 8;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    private bool _hasCrc = true;

    /// <summary>Lines that were asked for again.</summary>
    public int Repeated { get; private set; }

    /// <summary>How the last bytes were proven: <c>crc32</c>, or <c>read twice</c> where the loader has no such command.</summary>
    public string Proof => _hasCrc ? "crc32" : "read twice";

    /// <summary>Reads a piece; null when it could not be proven.</summary>
    /// <param name="address">Where.</param>
    /// <param name="length">Bytes.</param>
    public byte[]? Read(ulong address, int length)
    {
        for (int i = 0; i < 3; i++)
        {
            if (ReadWhole(address, length) is not byte[] bytes)
                return null;
            if (_hasCrc && Crc(address, length) is uint crc)
            {
                if (crc == Crc32.Zlib(bytes))
                    return bytes;
            }
            else if (!_hasCrc && ReadWhole(address, length) is byte[] again && bytes.AsSpan().SequenceEqual(again))
            {
                return bytes;
            }
        }
        return null;
    }

    /// <summary>The checksum that the loader makes of its memory; null when it has no such command or the answer never came whole.</summary>
    public uint? Crc(ulong address, long length)
    {
        if (!_hasCrc)
            return null;
        string command = string.Create(CultureInfo.InvariantCulture, $"crc32 {address:x} {length:x}");
        CommandOutput output = shell.Query(command, o => o.Has(CrcLine()), s_patience + TimeSpan.FromSeconds(length / 1e6));
        if (output.IsUnknown)
            _hasCrc = false;
        return output.Find(CrcLine()) is Match match ? uint.Parse(match.Groups[1].ValueSpan, NumberStyles.AllowHexSpecifier) : null;
    }

    private byte[]? ReadWhole(ulong address, int length)
    {
        byte[] bytes = new byte[length];
        bool[] have = new bool[(length + MemoryText.PerLine - 1) / MemoryText.PerLine];
        for (int round = 0; round < MostRounds; round++)
        {
            int first = Array.IndexOf(have, false);
            if (first < 0)
                return bytes;
            while (first >= 0)
            {
                int end = first;
                while (end < have.Length && !have[end])
                    end++;
                Ask(address, bytes, have, first, end);
                Repeated += round == 0 ? 0 : end - first;
                first = end < have.Length ? Array.IndexOf(have, false, end) : -1;
            }
        }
        return Array.IndexOf(have, false) < 0 ? bytes : null;
    }

    private void Ask(ulong address, byte[] bytes, bool[] have, int first, int end)
    {
        int from = first * MemoryText.PerLine, count = Math.Min(end * MemoryText.PerLine, bytes.Length) - from;
        string command = string.Create(CultureInfo.InvariantCulture, $"md.b {address + (ulong)from:x} {count:x}");
        CommandOutput output = shell.Run(command, s_patience);
        if (output.IsUnknown)
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.LoaderLacks, [], ("command", "md.b"), ("instead", "a clip, unbrick spi backup")), ExitCode.DeviceRefused);
        foreach (string line in output.Lines)
            MemoryText.TryTake(line, address, bytes, have);
    }

    [GeneratedRegex("(?i)^crc32 for [0-9a-f]+ \\.\\.\\. [0-9a-f]+ ==> ([0-9a-f]{8})$")]
    private static partial Regex CrcLine();
}
