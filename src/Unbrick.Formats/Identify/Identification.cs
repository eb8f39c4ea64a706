using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Unbrick.Formats.Identify;

/// <summary>What a file is: its tiling, and if it is a packed file, what is packed in it.</summary>
public sealed record Identification
{
    /// <summary>A gzip stream in a tar in a zip, and no more.</summary>
    private const int MostPacked = 3;

    private string? _sha256;
    private FirmwareFileName? _says;

    /// <summary>The file's name, without folders.</summary>
    public required string Name { get; init; }

    public required long Size { get; init; }

    /// <summary>
    /// SHA-256 of the file as it lies there, lower-case hex. Computed when asked for: the system's cryptography is 6 MiB of memory that need
    /// not be there while volumes and packed kernels are.
    /// </summary>
    public string Sha256 => _sha256 ??= Convert.ToHexStringLower(SHA256.HashData(Bytes.Span));

    /// <summary>The tiling of the file; one tile for a packed file whose content was opened.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>The bytes that the findings lie in.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>What the name says; read when asked for.</summary>
    public FirmwareFileName Says => _says ??= FirmwareFileName.Parse(Name);

    /// <summary>For a packed file (<c>.gz</c>, <c>.zip</c>): the firmware in it, with positions in the unpacked bytes.</summary>
    public Identification? Inner { get; init; }

    /// <summary>What the file is taken for: the thing at its beginning, or the largest one that is known; null when nothing is known.</summary>
    public Finding? Main => MainOf(Findings);

    public FileKind Kind => FileKinds.Of(this);

    /// <summary>Identifies a file. Packed ones are opened in memory, within bounds.</summary>
    /// <param name="name">Its name; folders are cut off.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="deep">Unpack the files of file systems to prove them (<see cref="ImageScan.TileDeep"/>).</param>
    public static Identification Of(string name, ReadOnlyMemory<byte> bytes, bool deep = false) => Of(name, bytes, new Opening(0, deep));

    /// <param name="name">Its name.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="opening">How it is looked into.</param>
    internal static Identification Of(string name, ReadOnlyMemory<byte> bytes, Opening opening)
    {
        ArgumentNullException.ThrowIfNull(name);
        string file = name[(name.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        Identification plain = new()
        {
            Name = file,
            Size = bytes.Length,
            Bytes = bytes,
            Findings = [],
        };
        if (opening.Packed < MostPacked && PackedFile.OpenArchive(bytes, opening.Inner) is PackedFile archive)
            return plain with { Inner = archive.Firmware, Findings = [archive.Describe(bytes.Length)] };
        ImmutableArray<Finding> tiles = opening.Deep ? ImageScan.TileDeep(bytes) : ImageScan.Tile(bytes);
        return opening.Packed < MostPacked && StreamFile.Open(file, bytes, tiles, opening.Inner) is PackedFile stream
            ? plain with { Inner = stream.Firmware, Findings = [stream.Describe(bytes.Length)] }
            : plain with { Findings = tiles };
    }

    /// <summary>Is it something, not filling and not the unknown.</summary>
    public static bool IsKnown(Finding finding) => finding.Format is not (ImageScan.Padding or ImageScan.Unknown);

    private static Finding? MainOf(ImmutableArray<Finding> findings)
    {
        if (findings.IsEmpty)
            return null;
        return IsKnown(findings[0]) ? findings[0] : findings.Where(IsKnown).MaxBy(finding => finding.Length);
    }
}
