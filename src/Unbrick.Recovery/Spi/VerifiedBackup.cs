using System.Security.Cryptography;
using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Recovery.Spi;

/// <summary>
/// What stood in a chip, and how sure that is. Nothing is erased without one: a <see cref="FlashPlan"/> can only be made of it, and only touches
/// sectors that it has proven. To be had from <see cref="BackupReader"/>, which reads the chip, and from <see cref="BackupStore"/>, which compares a kept
/// one with the chip.
/// </summary>
public sealed class VerifiedBackup
{
    private readonly SectorSet _proven;

    internal VerifiedBackup(ChipIdentity chip, ReadOnlyMemory<byte> bytes, SectorSet proven, SpiStatus? status, SecurityDump? security)
    {
        if (bytes.Length != chip.Size || proven.Size != chip.Size)
            throw new ArgumentException($"{bytes.Length} bytes for a chip of {chip.Size}", nameof(bytes));
        Chip = chip;
        Bytes = bytes;
        Status = status;
        Security = security;
        _proven = proven;
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
    }

    /// <summary>The chip.</summary>
    public ChipIdentity Chip { get; }

    /// <summary>All of its bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Of the bytes, lower-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>Status registers; null when they could not be read.</summary>
    public SpiStatus? Status { get; }

    /// <summary>Memory beside the array; null when it was not looked for.</summary>
    public SecurityDump? Security { get; }

    /// <summary>Bytes that two reads agree on, or that a checksum in them proves.</summary>
    public int ProvenBytes => Math.Min(_proven.Count * SectorSet.Sector, Chip.Size);

    /// <summary>All of it is proven.</summary>
    public bool IsWhole => _proven.Has(0, Chip.Size);

    /// <summary>Two reads agree on this stretch, or a checksum in it proves it.</summary>
    public bool IsProven(long at, long length) => _proven.Has(at, length);

    /// <summary>The sectors that are not proven yet.</summary>
    internal SectorSet Unproven()
    {
        SectorSet rest = new(Chip.Size);
        for (int at = 0; at < Chip.Size; at += SectorSet.Sector)
        {
            if (!_proven.Has(at, 1))
                rest.Add(at, 1);
        }
        return rest;
    }

    internal SectorSet Proven => _proven;
}
