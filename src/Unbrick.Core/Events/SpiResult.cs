using System.Collections.Immutable;
using Unbrick.Core.Problems;

namespace Unbrick.Core.Events;

/// <summary>How <c>unbrick spi</c> ends. What a command does not do stays empty.</summary>
/// <param name="Outcome"><c>done</c>, <c>nothing-to-do</c>, <c>planned</c>, <c>failed</c> or <c>refused</c>.</param>
/// <param name="State">What the chip holds now: <c>as-before</c>, <c>as-planned</c> or <c>mixed</c>.</param>
/// <param name="Diagnosis">What was found on the way.</param>
public sealed record SpiResult(string Outcome, string State, ImmutableArray<Problem> Diagnosis) : JobResult
{
    /// <summary>The chip; null when none answered.</summary>
    public SpiChipRow? Chip { get; init; }

    /// <summary>How good the contact is.</summary>
    public SpiContactRow? Contact { get; init; }

    /// <summary>Whole reads of the chip.</summary>
    public int Reads { get; init; }

    /// <summary>All of the backup is proven by two reads that agree, or by checksums.</summary>
    public bool Identical { get; init; }

    /// <summary>Of the backup or the file, lower-case hex.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where the backup is kept.</summary>
    public string? Backup { get; init; }

    /// <summary>What a write did.</summary>
    public SpiSectorRow? Sectors { get; init; }

    /// <summary>Blocks of a SPI NAND that are marked as bad; null for a NOR, or when they were not looked for.</summary>
    public ImmutableArray<int>? BadBlocks { get; init; }

    /// <summary>What the correction of a SPI NAND said; null for a NOR, or when its pages were not read.</summary>
    public SpiEccRow? Ecc { get; init; }

    /// <summary>Folder of the journal of a write that is not complete.</summary>
    public string? Journal { get; init; }
}

/// <summary>A chip.</summary>
/// <param name="Name">Maker and part.</param>
/// <param name="Jedec">Answer to 9F, lower-case hex.</param>
/// <param name="Size">Bytes.</param>
/// <param name="UniqueId">Answer to 4B, lower-case hex; null without one.</param>
public sealed record SpiChipRow(string Name, string Jedec, long Size, string? UniqueId);

/// <summary>A contact.</summary>
/// <param name="Reads">Reads that were compared.</param>
/// <param name="Errors">Bytes that differed.</param>
/// <param name="RateAtMost">Wrong bytes for each byte read, with 95 % confidence.</param>
public sealed record SpiContactRow(int Reads, long Errors, double RateAtMost);

/// <summary>What the correction of a SPI NAND said of the pages of its good blocks.</summary>
/// <param name="Clean">Pages without a wrong bit.</param>
/// <param name="Corrected">Pages whose wrong bits it put right.</param>
/// <param name="Failed">Pages with more wrong bits than that, or that read otherwise each time.</param>
/// <param name="FailedAt">Their addresses in the chip, spare bytes not counted; the first hundred.</param>
public sealed record SpiEccRow(int Clean, int Corrected, int Failed, ImmutableArray<long> FailedAt);

/// <summary>Sectors of 4 KiB.</summary>
/// <param name="Changed">That were to change.</param>
/// <param name="Erased">That were erased.</param>
/// <param name="Written">That hold what they are to hold.</param>
/// <param name="Verified">That were read back.</param>
/// <param name="Bad">Addresses of those that do not take their bytes.</param>
public sealed record SpiSectorRow(int Changed, int Erased, int Written, int Verified, ImmutableArray<long> Bad);
