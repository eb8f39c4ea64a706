using System.Buffers.Binary;
using Unbrick.Recovery.Devices;

namespace Unbrick.Match;

/// <summary>
/// Puts the calibration of the radios at its places: numbers that nobody can check behind a head that tells the kind (Linux
/// drivers/net/wireless: mediatek/mt76 mt7603/eeprom.h and others, ralink/rt2x00, ath/ath9k/ar9003_eeprom.h, ath/ath10k/hw.h).
/// </summary>
internal sealed class RadioMaker(Random random, ulong labelMac)
{
    public void Fill(byte[] dump, DeviceProfile device)
    {
        foreach (CalibrationPlace place in device.Calibration.Where(c => c.At < dump.Length - 16))
        {
            Span<byte> block = dump.AsSpan((int)place.At, (int)Math.Min(place.Length ?? 0x200, dump.Length - place.At));
            random.NextBytes(block);
            string radio = place.Radio ?? "";
            if (radio.StartsWith("mediatek", StringComparison.Ordinal) || radio.StartsWith("ralink", StringComparison.Ordinal))
                BinaryPrimitives.WriteUInt16LittleEndian(block, Chip(radio, place.Length));
            else if (place.Length is 2116 or 12_064)
                Ath10k(block);
            else if (place.Length is 1088)
                Ar93xx(block);
            else if (place.Length is 3768 or 984)
                BinaryPrimitives.WriteUInt16BigEndian(block, 0xA55A);
        }
    }

    private ushort Chip(string radio, long? length) => (radio, length) switch
    {
        ("ralink,rt7620-wifi", _) => 0x7620,
        ("mediatek,mt7628-wmac", _) => 0x7628,
        ("ralink,rt5350-wifi", _) => 0x5350,
        ("ralink,rt3050-wifi", _) => 0x3052,
        ("ralink,rt3352-wifi", _) => 0x3352,
        ("ralink,rt3883-wifi", _) => 0x3883,
        ("ralink,rt2880-wifi", _) => 0x2860,
        (_, 1024) => One(0x7603, 0x7615),
        (_, 19_880) => One(0x7613, 0x7615),
        (_, 3584) => 0x7915,
        (_, 1536) => 0x7663,
        (_, 512) => One(0x7610, 0x7612, 0x7662),
        _ => One(0x7981, 0x7986),
    };

    private ushort One(params ReadOnlySpan<ushort> chips) => chips[random.Next(chips.Length)];

    /// <summary>Length, checksum over all half-words, version, template, address.</summary>
    private void Ath10k(Span<byte> block)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(block, (ushort)block.Length);
        Mac(block[6..]);
        block[2..4].Clear();
        ushort sum = 0xFFFF;
        for (int at = 0; at + 2 <= block.Length; at += 2)
            sum ^= BinaryPrimitives.ReadUInt16LittleEndian(block[at..]);
        BinaryPrimitives.WriteUInt16LittleEndian(block[2..], sum);
    }

    /// <summary>Version 2, a template, address.</summary>
    private void Ar93xx(Span<byte> block)
    {
        (block[0], block[1]) = (2, (byte)random.Next(1, 8));
        Mac(block[2..]);
    }

    private void Mac(Span<byte> at)
    {
        ulong mac = labelMac + (ulong)random.Next(4);
        for (int i = 0; i < 6; i++)
            at[i] = (byte)(mac >> (8 * (5 - i)));
    }
}
