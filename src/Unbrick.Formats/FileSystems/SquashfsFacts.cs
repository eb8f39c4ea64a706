using System.Collections.Immutable;
using System.Text;
using Unbrick.Core.Text;

namespace Unbrick.Formats.FileSystems;

/// <summary>What a squashfs tells about the firmware that it is the root of: release and packages, from the files that OpenWrt has.</summary>
internal static class SquashfsFacts
{
    private const int MostText = 1 << 20, MostPackages = 2048;

    public static ImmutableArray<Fact> Of(in SquashfsSuperblock super, SquashfsReader? reader, SquashfsProof? proof)
    {
        ImmutableArray<Fact>.Builder facts = ImmutableArray.CreateBuilder<Fact>();
        facts.Add(Fact.Text(FactName.Compression, SquashfsPacking.Name(super.Compression)));
        facts.Add(Fact.Number("bytes_used", (long)Math.Min(super.BytesUsed, long.MaxValue)));
        facts.Add(Fact.Number("block", super.BlockSize));
        facts.Add(Fact.Number("inodes", super.Inodes));
        facts.Add(Fact.Number("time", super.Time));
        if (proof is not null)
        {
            facts.Add(Fact.Number("proven_blocks", proof.Blocks));
            facts.Add(Fact.Flag("all_blocks_proven", proof.Complete));
        }
        if (reader is { Unread: false, Broken: null })
        {
            AddRelease(facts, Text(reader, "/etc/openwrt_release"));
            ImmutableSortedDictionary<string, string> packages = Packages(Text(reader, "/usr/lib/opkg/status"), "Package: ", "Version: ");
            if (packages.IsEmpty)
                packages = Packages(Text(reader, "/lib/apk/db/installed"), "P:", "V:");
            if (!packages.IsEmpty)
                facts.Add(Fact.Map("packages", packages));
        }
        return facts.DrainToImmutable();
    }

    /// <summary>Lines of shell: <c>DISTRIB_TARGET='ramips/mt7621'</c>.</summary>
    private static void AddRelease(ImmutableArray<Fact>.Builder facts, string text)
    {
        foreach (string line in text.Split('\n'))
        {
            string[] pair = line.Split('=', 2);
            string? name = pair[0] switch
            {
                "DISTRIB_ID" => "distribution",
                "DISTRIB_RELEASE" => "release",
                "DISTRIB_REVISION" => "revision",
                "DISTRIB_TARGET" => "target",
                "DISTRIB_DESCRIPTION" => FactName.Version,
                _ => null,
            };
            if (name is not null && pair.Length == 2)
                facts.Add(Fact.Text(name, SafeText.Show(pair[1].Trim().Trim('\'', '"'))));
        }
    }

    private static ImmutableSortedDictionary<string, string> Packages(string text, string package, string version)
    {
        ImmutableSortedDictionary<string, string>.Builder packages = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        string? name = null;
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith(package, StringComparison.Ordinal))
                name = line[package.Length..].Trim();
            else if (name is not null && line.StartsWith(version, StringComparison.Ordinal) && packages.Count < MostPackages)
                packages[SafeText.Show(name)] = SafeText.Show(line[version.Length..].Trim());
        }
        return packages.ToImmutable();
    }

    private static string Text(SquashfsReader reader, string path) =>
        reader.Find(path) is SquashfsFile file && reader.Read(file, MostText) is byte[] content ? Encoding.UTF8.GetString(content) : "";
}
