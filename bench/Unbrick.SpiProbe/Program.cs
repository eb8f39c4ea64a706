using Unbrick.Hardware.Spi;

// Drives a programmer with nothing above it: what its driver can do by itself, for tests and measuring.
//   Unbrick.SpiProbe id PROGRAMMER
//   Unbrick.SpiProbe read PROGRAMMER FILE BYTES [BLOCK]
//   Unbrick.SpiProbe program PROGRAMMER FILE       onto an erased chip, all pages in one queue
//   Unbrick.SpiProbe refused PROGRAMMER            an operation of the wrong length, then the id again
// Prints KEY=VALUE lines; a programmer that cannot be used is exit code 3 and fault=NAME.
const int page = 256, addressSize = 3;

if (args.Length < 2 || !ProgrammerUri.TryParse(args[1], out ProgrammerUri? uri, out _))
{
    Console.Error.WriteLine($"usage: id|read|program|refused {ProgrammerUri.Forms} …");
    return 2;
}
try
{
    using ISpiMaster master = Programmers.Open(uri, TimeProvider.System);
    Console.WriteLine($"name={master.Info.Name}");
    Console.WriteLine($"id={Id(master)}");
    switch (args[0])
    {
        case "read":
            Read(master, args[2], int.Parse(args[3]), args.Length > 4 ? int.Parse(args[4]) : int.Parse(args[3]));
            break;
        case "program":
            Program(master, File.ReadAllBytes(args[2]));
            break;
        case "refused":
            Refused(master);
            break;
    }
    return 0;
}
catch (ProgrammerException e)
{
    Console.WriteLine($"fault={e.Fault}");
    Console.WriteLine($"message={e.Message}");
    return 3;
}

static string Id(ISpiMaster master)
{
    byte[] id = new byte[3];
    master.Transfer([0x9F], id);
    return Convert.ToHexStringLower(id);
}

static byte[] At(byte command, int address, int length = 0)
{
    byte[] bytes = new byte[1 + addressSize + length];
    bytes[0] = command;
    (bytes[1], bytes[2], bytes[3]) = ((byte)(address >> 16), (byte)(address >> 8), (byte)address);
    return bytes;
}

static void Read(ISpiMaster master, string file, int size, int block)
{
    byte[] content = new byte[size];
    block = Math.Min(block, master.Info.MaxRead);
    int blocks = master.Queue(
        Enumerable.Range(0, (size + block - 1) / block).Select(
            i => new SpiTransfer(At(0x03, i * block), content.AsMemory(i * block, Math.Min(block, size - (i * block))))),
        _ => true);
    Console.WriteLine($"blocks={blocks}");
    File.WriteAllBytes(file, content);
}

// A page is WREN, program, and the status read for as long as a page takes as a rule; one that was late is put again, with all after it.
static void Program(ISpiMaster master, byte[] content)
{
    int pages = (content.Length + page - 1) / page, rounds = 0;
    int wait = Math.Min(master.Info.MaxRead, (int)Math.Ceiling(master.Info.BytesPerSecond * 0.7e-3));
    for (int first = 0; first < pages; rounds++)
    {
        int done = first;
        master.Queue(
            Enumerable.Range(first, pages - first).SelectMany(i => Page(i, content, wait)),
            transfer =>
            {
                if (transfer.Read.Length == 0)
                    return true;
                bool isReady = (transfer.Read.Span[^1] & 1) == 0;
                if (isReady)
                    done++;
                return isReady;
            });
        if (done == first || done < pages)
            WaitUntilReady(master);
        first = done < pages ? done + 1 : done; // the late one is on its way; it is done when the chip is ready
    }
    Console.WriteLine($"pages={pages}");
    Console.WriteLine($"rounds={rounds}");
}

static IEnumerable<SpiTransfer> Page(int number, byte[] content, int wait)
{
    int at = number * page;
    byte[] program = At(0x02, at, Math.Min(page, content.Length - at));
    content.AsSpan(at, program.Length - 1 - addressSize).CopyTo(program.AsSpan(1 + addressSize));
    yield return new(new byte[] { 0x06 }, Memory<byte>.Empty);
    yield return new(program, Memory<byte>.Empty);
    yield return new(new byte[] { 0x05 }, new byte[wait]);
}

static void WaitUntilReady(ISpiMaster master)
{
    byte[] status = new byte[1];
    for (int i = 0; i < 100_000; i++)
    {
        master.Transfer([0x05], status);
        if ((status[0] & 1) == 0)
            return;
    }
}

static void Refused(ISpiMaster master)
{
    try
    {
        master.Transfer(new byte[master.Info.MaxWrite], []);
    }
    catch (ProgrammerException e)
    {
        Console.WriteLine($"refused={e.Fault}");
    }
    Console.WriteLine($"again={Id(master)}");
}
