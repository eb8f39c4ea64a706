using System.Collections.Immutable;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Vendors;

namespace Unbrick.Formats.OpenWrt;

/// <summary>
/// OpenWrt image for NAND devices: a tar with kernel and root file system that sysupgrade writes to UBI volumes (OpenWrt
/// scripts/sysupgrade-tar.sh, base-files lib/upgrade/nand.sh). No boot loader takes it.
/// </summary>
public sealed class SysupgradeTar : IFormatWriter
{
    /// <summary>Honest ones have a directory and three or four files.</summary>
    private const int MostEntries = 32;

    public string Id => "sysupgrade-tar";

    public string Title => "OpenWrt sysupgrade image for NAND (tar)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Text("sysupgrade-")];

    private static ReadOnlySpan<byte> Prefix => "sysupgrade-"u8;

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < TarEntry.BlockSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(TarEntry.BlockSize, bytes.Length)) : null;
        bool named = bytes.Has(Prefix);
        bool tar = bytes.Has("ustar"u8, 0x101);
        if (!input.Claimed && !(named && (tar || TarEntry.Read(bytes, 0).SumFits)))
            return null;

        // Trailers count from the beginning of the file: a tar in the middle of a dump has none.
        FwTool tool = FwTool.Read(input.AtStart || input.Claimed ? bytes : default);
        int limit = tool.Chunks.IsEmpty ? bytes.Length : tool.PayloadLength;
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (!tar && !named)
            flaws.Add(new Flaw(FlawCode.Magic, "the file begins neither with \"sysupgrade-\" nor as a tar", input.At));
        ImmutableArray<TarEntry> entries = ReadEntries(input, limit, flaws, out long end);
        string directory = Directory(bytes);
        Dictionary<string, TarEntry> members = Members(bytes, entries, directory);
        foreach (string member in (ReadOnlySpan<string>)["CONTROL", "kernel", "root"])
        {
            if (!members.ContainsKey(member))
                flaws.Add(new Flaw(FlawCode.MissingMember, $"{directory}/{member} is not in the archive", input.At));
        }
        SysupgradeRules.AddFlaws(flaws, tool, input.At);
        bool proven = tool.Chunks.Length > 0 && tool.Chunks[^1].CrcFits;
        string board = directory.Length > Prefix.Length ? directory[Prefix.Length..] : directory;
        return new Finding
        {
            Offset = input.At,
            Length = tool.Chunks.IsEmpty ? (int)Math.Clamp(end, 1, bytes.Length) : bytes.Length,
            Format = Id,
            Verdict = proven ? Verdict.Ok : Verdict.Unchecked,
            Confidence = named && tar ? Confidence.Certain : Confidence.Likely,
            Facts =
            [
                Fact.Text(FactName.Board, Control(bytes, members) ?? board),
                Fact.Text("directory", directory),
                .. SysupgradeRules.Facts(tool, "profile"),
            ],
            Parts = Parts(input.At, limit, members, proven),
        }.With(flaws.DrainToImmutable());
    }

    public ImmutableArray<Flaw> Compare(Finding finding, Expectation expected)
    {
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        if (finding[FactName.SupportedDevices] is not null)
            SysupgradeRules.Compare(flaws, finding, expected);
        else if (!expected.Boards.IsEmpty && finding[FactName.Board] is string has && !expected.Boards.Any(board => TarName(board) == TarName(has)))
            flaws.Add(new Flaw(FlawCode.UnsupportedDevice, $"made for {has}, the unit is {string.Join(" or ", expected.Boards)}", finding.Offset));
        VendorRules.CompareSize(flaws, finding, VendorRules.PartBytes(finding), expected);
        return flaws.DrainToImmutable();
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < TarEntry.BlockSize)
            return null;
        FwTool tool = FwTool.Read(bytes);
        int limit = tool.Chunks.IsEmpty ? bytes.Length : tool.PayloadLength;
        ImmutableArray<TarEntry> entries = ReadEntries(input, limit, ImmutableArray.CreateBuilder<Flaw>(), out long end);
        if (entries.IsEmpty)
            return null;
        byte[] written = bytes[..(tool.Chunks.IsEmpty ? (int)Math.Min(end, bytes.Length) : bytes.Length)].ToArray();
        foreach (TarEntry entry in entries)
            TarEntry.WriteSum(written.AsSpan(entry.HeaderAt, TarEntry.BlockSize));
        tool.Rewrite(written);
        return written;
    }

    /// <summary>As the scripts of OpenWrt name the directory of a board.</summary>
    private static string TarName(string board) => board.Replace(',', '_');

    /// <summary>The members up to the zeros that end the archive; <paramref name="end"/> is behind those.</summary>
    private static ImmutableArray<TarEntry> ReadEntries(in FormatInput input, int limit, ImmutableArray<Flaw>.Builder flaws, out long end)
    {
        ReadOnlySpan<byte> archive = input.Bytes[..limit];
        ImmutableArray<TarEntry>.Builder entries = ImmutableArray.CreateBuilder<TarEntry>();
        long at = 0;
        while (at + TarEntry.BlockSize <= limit && !archive.Slice((int)at, TarEntry.BlockSize).IsAll(0) && entries.Count < MostEntries)
        {
            TarEntry entry = TarEntry.Read(archive, (int)at);
            if (!entry.SumFits)
                flaws.Add(Flaw.Differs(FlawCode.TarChecksum, "tar header checksum", entry.StoredSum, entry.Sum, input.At + (int)at + 0x94));
            // What is neither named nor summed as a member is none; its length would lead anywhere.
            if (!entry.SumFits && !archive.Has("ustar"u8, (int)at + 0x101))
                break;
            entries.Add(entry);
            if (entry.DataAt + entry.Size > limit)
            {
                flaws.Add(Flaw.Truncated(entry.DataAt + entry.Size, limit));
                at = limit;
                break;
            }
            at = entry.Next;
        }
        end = Math.Min(at, limit);
        int zeros = archive[(int)end..].IndexOfAnyExcept((byte)0) is >= 0 and int found ? found : limit - (int)end;
        long records = (end + (2 * TarEntry.BlockSize) + TarEntry.RecordSize - 1) / TarEntry.RecordSize * TarEntry.RecordSize;
        end = Math.Min(end + zeros, records);
        return entries.DrainToImmutable();
    }

    /// <summary>Name of the directory of the first member.</summary>
    private static string Directory(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> name = bytes.Field(0, 100);
        int slash = name.IndexOf((byte)'/');
        return SafeText.Show(slash < 0 ? name : name[..slash], most: 100);
    }

    private static Dictionary<string, TarEntry> Members(ReadOnlySpan<byte> bytes, ImmutableArray<TarEntry> entries, string directory)
    {
        Dictionary<string, TarEntry> members = new(StringComparer.Ordinal);
        foreach (TarEntry entry in entries)
        {
            string path = SafeText.Show(bytes.Field(entry.HeaderAt, 100), most: 100);
            if (path.StartsWith(directory + "/", StringComparison.Ordinal) && path.Length > directory.Length + 1)
                members.TryAdd(path[(directory.Length + 1)..], entry);
        }
        return members;
    }

    /// <summary>The board in CONTROL, which sysupgrade compares.</summary>
    private static string? Control(ReadOnlySpan<byte> bytes, Dictionary<string, TarEntry> members)
    {
        if (!members.TryGetValue("CONTROL", out TarEntry entry) || entry.DataAt + entry.Size > bytes.Length || entry.Size > TarEntry.BlockSize)
            return null;
        ReadOnlySpan<byte> text = bytes.Slice(entry.DataAt, (int)entry.Size);
        int at = text.IndexOf("BOARD="u8);
        if (at < 0)
            return null;
        ReadOnlySpan<byte> board = text[(at + 6)..];
        int line = board.IndexOf((byte)'\n');
        return SafeText.Show(line < 0 ? board : board[..line]);
    }

    private static ImmutableArray<Part> Parts(int at, int limit, Dictionary<string, TarEntry> members, bool proven)
    {
        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        foreach ((string name, TarEntry entry) in members.OrderBy(member => member.Value.HeaderAt))
        {
            int there = (int)Math.Min(entry.Size, limit - entry.DataAt);
            if (there > 0 && name != "CONTROL")
                parts.Add(new Part(name, at + entry.DataAt, there, proven));
        }
        return parts.DrainToImmutable();
    }
}
