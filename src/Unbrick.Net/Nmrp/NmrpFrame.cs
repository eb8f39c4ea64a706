using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;

namespace Unbrick.Net.Nmrp;

/// <summary>NMRP in Ethernet: destination 6, source 6, type 0x0912, then the message.</summary>
public static class NmrpFrame
{
    /// <summary>The Ethertype.</summary>
    public const ushort EtherType = 0x0912;

    /// <summary>Bytes before the message.</summary>
    public const int HeaderSize = 14;

    /// <summary>Longest frame that is written here: a configuration with a region.</summary>
    private const int MostSize = HeaderSize + NmrpMessage.HeaderSize + 12 + 4 + 6;

    /// <summary>A hardware address has six bytes.</summary>
    private const int MacSize = 6;

    /// <summary>To all: the PC is here.</summary>
    public static byte[] Advertise(PhysicalAddress from)
    {
        Writer writer = new(PhysicalAddressOfAll, from, NmrpCode.Advertise);
        "NTGR"u8.CopyTo(writer.Option(NmrpOption.Magic, 4));
        return writer.Finish();
    }

    /// <summary>Configures a device: its address, that firmware will be sent and, only when given, the region it is to have from now on.</summary>
    public static byte[] Configure(PhysicalAddress to, PhysicalAddress from, IPAddress device, int prefixLength, ushort? region)
    {
        Writer writer = new(to, from, NmrpCode.ConfigurationAck);
        Span<byte> addresses = writer.Option(NmrpOption.DeviceIp, 8);
        BinaryPrimitives.WriteUInt32BigEndian(addresses, Ipv4.ToNumber(device));
        BinaryPrimitives.WriteUInt32BigEndian(addresses[4..], Ipv4.Mask(prefixLength));
        writer.Option(NmrpOption.FirmwareUpgrade, 0);
        if (region is ushort number)
            BinaryPrimitives.WriteUInt16BigEndian(writer.Option(NmrpOption.Region, 2), number);
        return writer.Finish();
    }

    /// <summary>A message without options.</summary>
    public static byte[] Plain(PhysicalAddress to, PhysicalAddress from, NmrpCode code) => new Writer(to, from, code).Finish();

    /// <summary>Reads a frame; false for other Ethertypes and for what is no message.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out PhysicalAddress to, out PhysicalAddress from, out NmrpMessage message)
    {
        (to, from) = (PhysicalAddress.None, PhysicalAddress.None);
        message = default;
        if (frame.Length < HeaderSize || BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) != EtherType
            || !NmrpMessage.TryRead(frame[HeaderSize..], out message))
        {
            return false;
        }
        to = new PhysicalAddress(frame[..MacSize].ToArray());
        from = new PhysicalAddress(frame.Slice(MacSize, MacSize).ToArray());
        return true;
    }

    private static PhysicalAddress PhysicalAddressOfAll { get; } = new([255, 255, 255, 255, 255, 255]);

    private ref struct Writer
    {
        private readonly byte[] _bytes = new byte[MostSize];
        private int _length = HeaderSize + NmrpMessage.HeaderSize;

        public Writer(PhysicalAddress to, PhysicalAddress from, NmrpCode code)
        {
            Write(to, _bytes);
            Write(from, _bytes.AsSpan(MacSize));
            BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(12), EtherType);
            _bytes[HeaderSize + 2] = (byte)code;
        }

        public Span<byte> Option(NmrpOption type, int valueSize)
        {
            int size = NmrpMessage.OptionHeaderSize + valueSize;
            Span<byte> option = _bytes.AsSpan(_length, size);
            BinaryPrimitives.WriteUInt16BigEndian(option, (ushort)type);
            BinaryPrimitives.WriteUInt16BigEndian(option[2..], (ushort)size);
            _length += size;
            return option[NmrpMessage.OptionHeaderSize..];
        }

        public readonly byte[] Finish()
        {
            BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(HeaderSize + 4), (ushort)(_length - HeaderSize));
            return _bytes[.._length];
        }

        private static void Write(PhysicalAddress address, Span<byte> at)
        {
            byte[] bytes = address.GetAddressBytes();
            bytes.AsSpan(0, Math.Min(bytes.Length, MacSize)).CopyTo(at);
        }
    }
}
