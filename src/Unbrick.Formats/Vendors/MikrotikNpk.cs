using System.Buffers.Binary;
using System.Collections.Immutable;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Vendors;

// Numbers little-endian (openwrt/firmware-utils src/npk_pack_kernel.c):
//   00  4  magic 1E F1 D0 BA      04  4  length of all containers

/// <summary>
/// MikroTik package: what RouterBOOT takes by etherboot and RouterOS installs. The envelope has no checksum, the zlib stream has one.
/// </summary>
public sealed class MikrotikNpk : IFormatWriter
{
    private const int HeaderSize = 8;

    public string Id => "mikrotik-npk";

    public string Title => "MikroTik package (NPK)";

    public ImmutableArray<BytePattern> Patterns { get; } = [BytePattern.Hex("1E F1 D0 BA")];

    private static ReadOnlySpan<byte> Magic => [0x1E, 0xF1, 0xD0, 0xBA];

    public Finding? Read(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize + MikrotikContainer.HeaderSize)
            return input.Claimed ? VendorRules.Broken(Id, input, Flaw.Truncated(HeaderSize + MikrotikContainer.HeaderSize, bytes.Length)) : null;
        bool knownMagic = bytes.Has(Magic);
        if (!knownMagic && !input.Claimed && !input.AtStart)
            return null;
        long end = HeaderSize + (long)bytes.Le32(4);
        ImmutableArray<MikrotikContainer> containers = MikrotikContainer.ReadAll(bytes, HeaderSize, end, out bool tiled);
        // Not at the beginning of a file, four bytes of magic need containers that fill the length; without them nothing else tells a package.
        bool sure = knownMagic
            ? tiled || input.AtStart && containers.Length > 0
            : tiled && end == bytes.Length && containers.Length > 1;
        if (!sure && !input.Claimed)
            return null;

        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        facts.Add(Fact.Number("payload_len", bytes.Le32(4)));
        if (!knownMagic)
            flaws.Add(new Flaw(FlawCode.Magic, $"begins with 0x{bytes.Be32(0):x8}, not 0x1ef1d0ba", input.At));
        if (end > bytes.Length)
            flaws.Add(Flaw.Truncated(end, bytes.Length));
        else if (!tiled)
        {
            flaws.Add(new Flaw(
                FlawCode.Structure, $"{containers.Length} containers do not fill the {end - HeaderSize:N0} bytes that are announced", input.At + 4));
        }
        bool proven = false;
        foreach (MikrotikContainer container in containers)
        {
            bool fits = container.Id == MikrotikContainer.Files && CheckFiles(input, container, facts, flaws);
            proven |= fits;
            if (container.Id != MikrotikContainer.Padding && container.Length > 0)
                parts.Add(new Part(container.Name, input.At + container.Start, container.Length, fits));
        }
        return new Finding
        {
            Offset = input.At,
            Length = (int)Math.Clamp(end, 1, bytes.Length),
            Format = Id,
            Verdict = proven ? Verdict.Ok : Verdict.Unchecked,
            Confidence = sure ? Confidence.Certain : Confidence.Guess,
            Facts = facts.DrainToImmutable(),
            Parts = parts.DrainToImmutable(),
        }.With(flaws.DrainToImmutable());
    }

    public byte[]? Rewrite(in FormatInput input)
    {
        ReadOnlySpan<byte> bytes = input.Bytes;
        if (bytes.Length < HeaderSize + MikrotikContainer.HeaderSize)
            return null;
        long end = Math.Min(HeaderSize + (long)bytes.Le32(4), bytes.Length);
        ImmutableArray<MikrotikContainer> containers = MikrotikContainer.ReadAll(bytes, HeaderSize, end, out bool tiled);
        if (!tiled)
            return null;
        byte[] written = new byte[containers[^1].Start + containers[^1].Length];
        Magic.CopyTo(written);
        BinaryPrimitives.WriteUInt32LittleEndian(written.AsSpan(4), (uint)(written.Length - HeaderSize));
        foreach (MikrotikContainer container in containers)
            container.Write(written, bytes);
        return written;
    }

    /// <summary>The files in the stream are whole; told as facts and flaws.</summary>
    private static bool CheckFiles(
        in FormatInput input, in MikrotikContainer container, ImmutableArray<Fact>.Builder facts, ImmutableArray<Flaw>.Builder flaws)
    {
        if (container.Length < container.Announced || facts.Any(fact => fact.Name == "files"))
            return false;
        MikrotikFiles files = MikrotikFiles.Read(input.Image.Slice(input.At + container.Start, container.Length), input.Budget);
        facts.Add(Fact.List("files", files.Names));
        if (files.Whole is false)
            flaws.Add(new Flaw(FlawCode.StreamCheck, "the zlib stream with the files is damaged", input.At + container.Start));
        return files.Whole is true;
    }
}
