using System.Collections.Immutable;

namespace Unbrick.Formats.TpLink;

/// <summary>The partitions of a safeloader image: what they are, what they say, and what is wrong with them.</summary>
internal readonly struct SafeloaderContent
{
    private const string TableName = "partition-table", ListName = "support-list", VersionName = "soft-version";

    public SafeloaderContent(in FormatInput input, int length, int table, bool proven)
    {
        ReadOnlySpan<byte> bytes = input.Bytes[..length];
        ImmutableArray<Flaw>.Builder flaws = ImmutableArray.CreateBuilder<Flaw>();
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        ImmutableArray<Part>.Builder parts = ImmutableArray.CreateBuilder<Part>();
        ReadOnlySpan<byte> text = bytes[Math.Min(table, length)..Math.Min(table + Safeloader.TableSize, length)];
        ImmutableArray<SafeloaderEntry> entries = SafeloaderEntry.Read(text, "fwup-ptn", out bool sound);
        if (!sound || entries.IsEmpty)
            flaws.Add(new Flaw(FlawCode.Structure, $"only {entries.Length} lines of the table of partitions can be read", input.At + table));
        foreach (SafeloaderEntry entry in entries)
        {
            long start = table + entry.Base;
            if (start + entry.Size > length)
            {
                string seen = $"{entry.Name} ends at {start + entry.Size:N0}, the image at {length:N0}";
                flaws.Add(new Flaw(FlawCode.OffsetRange, seen, input.At + table));
            }
            if (start < length && entry.Size > 0)
                parts.Add(new Part(entry.Name, input.At + (int)start, (int)Math.Min(entry.Size, length - start), proven));
        }
        foreach (string needed in (ReadOnlySpan<string>)[TableName, ListName])
        {
            if (!entries.Any(entry => entry.Kind == needed))
                flaws.Add(new Flaw(FlawCode.MissingPartition, $"no {needed} among the {entries.Length} partitions", input.At + table));
        }
        Complete = entries.Length >= 2 && flaws.Count == 0;
        // The device, too, takes the first of a name.
        foreach (Part part in parts.DistinctBy(part => part.Name.Split('@')[0]))
        {
            ReadOnlySpan<byte> content = input.Image.Span.Slice(part.Offset, part.Length);
            switch (part.Name.Split('@')[0])
            {
                case TableName:
                    AddFlashMap(flaws, facts, content, part.Offset, entries);
                    break;
                case ListName:
                    AddSupportList(flaws, facts, content, part.Offset);
                    break;
                case VersionName when SafeloaderMeta.TryRead(content, out ReadOnlySpan<byte> data):
                    SafeloaderMeta.AddVersion(facts, data);
                    break;
            }
        }
        Flaws = flaws.DrainToImmutable();
        Facts = facts.DrainToImmutable();
        Parts = parts.DrainToImmutable();
    }

    /// <summary>The table can be read and has what a device needs.</summary>
    public bool Complete { get; }

    public ImmutableArray<Flaw> Flaws { get; }

    public ImmutableArray<Fact> Facts { get; }

    public ImmutableArray<Part> Parts { get; }

    /// <summary>The map of the flash: four bytes 00 04 00 00, then lines as in the table of the image.</summary>
    private static void AddFlashMap(
        ImmutableArray<Flaw>.Builder flaws, ImmutableArray<Fact>.Builder facts, ReadOnlySpan<byte> content, int at,
        ImmutableArray<SafeloaderEntry> entries)
    {
        ImmutableArray<SafeloaderEntry> map = SafeloaderEntry.Read(content[Math.Min(4, content.Length)..], "partition", out bool sound);
        if (!sound || map.IsEmpty)
            flaws.Add(new Flaw(FlawCode.Structure, "the map of the flash cannot be read", at));
        ImmutableSortedDictionary<string, string>.Builder places = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (SafeloaderEntry place in map)
        {
            places[place.Name] = $"0x{place.Base:x}+0x{place.Size:x}";
            foreach (SafeloaderEntry entry in entries)
            {
                if (entry.Name == place.Name && entry.Size > place.Size)
                    flaws.Add(new Flaw(FlawCode.TooLarge, $"{entry.Name} has {entry.Size:N0} bytes, its flash partition {place.Size:N0}", at));
            }
        }
        facts.Add(Fact.Map("flash_map", places.ToImmutable()));
    }

    private static void AddSupportList(
        ImmutableArray<Flaw>.Builder flaws, ImmutableArray<Fact>.Builder facts, ReadOnlySpan<byte> content, int at)
    {
        if (!SafeloaderMeta.TryRead(content, out ReadOnlySpan<byte> data))
        {
            flaws.Add(new Flaw(FlawCode.SupportList, $"the support list is longer than its partition of {content.Length:N0} bytes", at));
            return;
        }
        SupportList list = SupportList.Read(data);
        if (list.Wrong is not null)
            flaws.Add(new Flaw(FlawCode.SupportList, list.Wrong, at));
        facts.Add(Fact.List(FactName.SupportList, list.Lines));
        if (list.Lines.Length > 0 && SupportLine.TryRead(list.Lines[0], out SupportLine first))
            facts.Add(Fact.Text(FactName.Product, first.Product));
    }
}
