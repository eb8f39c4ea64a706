using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Unbrick.Hardware.Serial.Transfer;
using Unbrick.Net;
using Unbrick.Sim.Loaders;

namespace Unbrick.Sim.Consoles.Loaders;

/// <summary>loadx, loady, loadb, tftpboot, tftpput, bootm.</summary>
internal abstract partial class UBootProgram
{
    private const byte Escape = 0x1B, Return = (byte)'\r';
    private const uint ImageMagic = 0x2705_1956;

    private IEnumerable<SimWait> Load(IReadOnlyList<string> words)
    {
        ulong address = TryHex(words, 1, out ulong at) ? at : Options.LoadAddress;
        int usual = Device.Uart.Baud;
        int baud = words.Count > 2 && int.TryParse(words[2], CultureInfo.InvariantCulture, out int wanted) && wanted > 0 ? wanted : usual;
        string kind = words[0] switch { "loadx" => "xmodem", "loady" => "ymodem", _ => "kermit" };
        if (baud != usual)
            yield return SimWait.Call(SwitchRate(baud, "ENTER", Return));
        Print($"## Ready for binary ({kind}) download to 0x{address:X8} at {baud} bps...\n");
        IFileReceiver receiver = kind == "kermit"
            ? new KermitReceiver((int)Options.RamSize)
            : new XmodemReceiver(new() { Ymodem = kind == "ymodem", LikeUBoot = true, Limit = (int)Options.RamSize });
        yield return SimWait.Call(Receive(receiver));
        yield return SimWait.Busy(kind == "kermit" ? 100 : 250);
        while (Device.TryKey(out _))
        {
            // What came behind is thrown away.
        }
        if (receiver.State == TransferState.Done && (receiver.File.Length > 0 || kind != "kermit"))
        {
            Memory.Write(address, receiver.File.Span);
            SetSize(receiver.File.Length);
            Print($"## Total Size      = 0x{receiver.File.Length:x8} = {receiver.File.Length} Bytes\n## Start Addr      = 0x{address:X8}\n");
        }
        else
        {
            Fail($"\n{(kind == "kermit" ? "" : "Cancelled\n")}## Binary ({kind}) download aborted\n");
        }
        if (baud != usual)
            yield return SimWait.Call(SwitchRate(usual, "ESC", Escape));
    }

    private IEnumerable<SimWait> SwitchRate(int baud, string keyName, byte key)
    {
        Print($"## Switch baudrate to {baud} bps and press {keyName} ...\n");
        yield return SimWait.Busy(50);
        yield return SimWait.Busy(Device.Uart.ByteTime.TotalMilliseconds * 16);
        Device.Uart.Baud = baud;
        while (true)
        {
            while (Device.TryKey(out byte pressed))
            {
                if (pressed == key)
                    yield break;
            }
            yield return SimWait.ForKey();
        }
    }

    private IEnumerable<SimWait> Receive(IFileReceiver receiver)
    {
        while (true)
        {
            TimeSpan now = Device.Clock.Elapsed;
            ReadOnlyMemory<byte> answer = receiver.Next(now, out TimeSpan? wakeAt);
            foreach (byte one in answer.ToArray())
                Device.Send(one);
            if (receiver.State is TransferState.Done or TransferState.Failed)
                yield break;
            bool any = false;
            while (Device.TryKey(out byte key))
            {
                receiver.Take([key], now);
                any = true;
            }
            if (!any)
                yield return SimWait.ForKey(wakeAt is { } until && until > now ? until - now : TimeSpan.FromMilliseconds(1));
        }
    }

    private IEnumerable<SimWait> Tftp(IReadOnlyList<string> words)
    {
        ulong address = TryHex(words, 1, out ulong at) ? at : Options.LoadAddress;
        string file = words.Count > 2 ? words[2] : Environment.Values.GetValueOrDefault("bootfile", "");
        yield return SimWait.Call(Fetch(address, file, Address("ipaddr"), Address("serverip")));
    }

    /// <summary>Loads a file by TFTP; Ctrl-C ends it.</summary>
    /// <param name="address">Where it goes.</param>
    /// <param name="file">Its name; one with <c>SERVER:</c> before it names the server, too.</param>
    /// <param name="own">The board's address.</param>
    /// <param name="server">The server's.</param>
    protected IEnumerable<SimWait> Fetch(ulong address, string file, IPAddress? own, IPAddress? server)
    {
        int colon = file.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && Ipv4.TryParse(file[..colon], out IPAddress named))
            (server, file) = (named, file[(colon + 1)..]);
        if (own is null || server is null)
        {
            Fail(own is null ? "*** ERROR: `ipaddr' not set\n" : "*** ERROR: `serverip' not set\n");
            yield break;
        }
        Device.StartNetwork(new UBootSessionOptions
        {
            Tftp = Options.Tftp with { LoadAddress = (uint)address, RamSize = (int)Math.Min(Options.RamSize, 0x0600_0000) },
            OwnIp = own,
            ServerIp = server,
            File = file,
        });
        yield return SimWait.Call(AwaitNetwork());
        if (Device.NetworkIsDone && Device.Network is { } record)
        {
            Memory.Write(address, record.Received.Span);
            SetSize(record.Received.Length);
        }
        else
        {
            Code = 1;
        }
        Device.StopNetwork();
    }

    /// <summary>Sends memory to the server.</summary>
    private IEnumerable<SimWait> Send(IReadOnlyList<string> words)
    {
        if (!TryHex(words, 1, out ulong at) || !TryHex(words, 2, out ulong size) || words.Count < 4)
        {
            Fail("tftpput - TFTP put command, for uploading files to a server\n\nUsage:\ntftpput Address Size [[hostIPaddr:]filename]\n");
            yield break;
        }
        if (Address("ipaddr") is not { } own || Address("serverip") is not { } server)
        {
            Fail("*** ERROR: `serverip' not set\n");
            yield break;
        }
        Device.StartNetwork(new UBootSessionOptions
        {
            Tftp = Options.Tftp with { LoadAddress = (uint)at },
            OwnIp = own,
            ServerIp = server,
            File = words[3],
            Sent = Memory.Read(at, (int)size),
        });
        yield return SimWait.Call(AwaitNetwork());
        if (!Device.NetworkIsDone)
            Code = 1;
        Device.StopNetwork();
    }

    /// <summary>Until the file is there, or it gave up, or Ctrl-C.</summary>
    protected IEnumerable<SimWait> AwaitNetwork()
    {
        while (!Device.NetworkIsDone && !Device.NetworkGaveUp)
        {
            yield return SimWait.ForNetwork();
            while (Device.TryKey(out byte key))
            {
                if (key != Interrupt)
                    continue;
                Print("\nAbort\n");
                yield break;
            }
        }
    }

    /// <summary>Looks at an image and starts it.</summary>
    protected IEnumerable<SimWait> Boot(ulong address)
    {
        Print($"## Booting {(Options.Old ? "image at" : "kernel from Legacy Image at")} {address:x8} ...\n");
        byte[] header = Memory.Read(address, 64);
        yield return SimWait.Busy(30);
        if (BinaryPrimitives.ReadUInt32BigEndian(header) != ImageMagic)
        {
            Fail(Options.Old ? $"Bad Magic Number,{BinaryPrimitives.ReadUInt32BigEndian(header):X8} \n" : "Wrong Image Format for bootm command\nERROR: can't get kernel image!\n");
            yield break;
        }
        uint headerCrc = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4)), size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(12));
        header.AsSpan(4, 4).Clear();
        if (SimCrc32.Of(header) != headerCrc || size > 64 << 20)
        {
            Fail("Bad Header Checksum\n");
            yield break;
        }
        string name = Encoding.Latin1.GetString(header, 32, 32).TrimEnd('\0');
        Print($"   Image Name:   {name}\n   Image Type:   MIPS Linux Kernel Image (lzma compressed)\n   Data Size:    {size} Bytes\n");
        Print($"   Load Address: {BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(16)):x8}\n   Entry Point:  {BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(20)):x8}\n");
        Print("   Verifying Checksum ... ");
        yield return SimWait.Busy(size / 20_000.0);
        if (Memory.Crc(address + 64, (int)size) != BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(24)))
        {
            Fail("Bad Data CRC\n");
            yield break;
        }
        Print("OK\n   Uncompressing Kernel Image ... ");
        yield return SimWait.Busy(Random.Next(500, 2000));
        Print("OK\nNo initrd\n## Transferring control to Linux (at address 80001000) ...\n");
        yield return SimWait.Call(Kernel());
    }

    private void SetSize(int length) => Environment.Values["filesize"] = length.ToString("x", CultureInfo.InvariantCulture);

    private IPAddress? Address(string name) => Ipv4.TryParse(Environment.Values.GetValueOrDefault(name, ""), out IPAddress address) ? address : null;
}
