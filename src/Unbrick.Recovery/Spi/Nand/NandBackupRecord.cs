using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Spi.Nand;

/// <summary>What is noted beside a kept backup of a SPI NAND.</summary>
/// <param name="Chip">The chip it is of; its size is that of the data.</param>
/// <param name="Sha256">Of the file, lower-case hex.</param>
/// <param name="Taken">When.</param>
/// <param name="Page">Bytes of data in a page.</param>
/// <param name="Oob">Spare bytes of a page.</param>
/// <param name="HasOob">Behind the data of each page the file has its spare bytes.</param>
/// <param name="IsRaw">Read without the chip's own correction.</param>
/// <param name="PagesPerBlock">Pages of a block.</param>
/// <param name="BadBlocks">Blocks that are marked as bad; what the file has of them is worth nothing.</param>
/// <param name="Corrected">Pages whose wrong bits were put right, from 0.</param>
/// <param name="Failed">Pages that could not be put right.</param>
internal sealed record NandBackupRecord(
    ChipIdentity Chip, string Sha256, DateTimeOffset Taken, int Page, int Oob, bool HasOob, bool IsRaw, int PagesPerBlock,
    ImmutableArray<int> BadBlocks, ImmutableArray<int> Corrected, ImmutableArray<int> Failed);

/// <summary>Writes the records.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(NandBackupRecord))]
internal sealed partial class NandBackupJsonContext : JsonSerializerContext;
