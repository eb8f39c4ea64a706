using System.Collections.Immutable;
using Unbrick.Hardware.Spi;
using Unbrick.Recovery.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;

namespace Unbrick.Tests.Recovery.Spi;

/// <summary>A small chip behind a programmer that can be cut off, with folders for backups and journal.</summary>
internal sealed class ChipBench : IDisposable
{
    public static readonly ImmutableArray<EraseCommand> Erases =
    [
        new(0x20, 0x1000, TimeSpan.FromMilliseconds(45), TimeSpan.FromMilliseconds(400)),
        new(0x52, 0x8000, TimeSpan.FromMilliseconds(120), TimeSpan.FromMilliseconds(1600)),
        new(0xD8, 0x1_0000, TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(2000)),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-spi-");

    public ChipBench(byte[] content)
    {
        Model = SimNorModels.Find("W25Q128BV")! with { Name = "small", Size = content.Length, Jedec = [0xEF, 0x40, 0x10], Erases = Erases, ChipTime = TimeSpan.FromSeconds(1) };
        Chip = new SimNor(Model, [.. content]);
        Facts = new SpiChip
        {
            Name = "small",
            Jedec = "ef4010",
            Size = content.Length,
            Erases = Erases,
            HasStatus2 = true,
            HasStatus3 = true,
            HasVolatileStatus = true,
        };
        Time = new VirtualTime(DateTimeOffset.UnixEpoch);
        Master = new CutMaster(new SimSpiMaster(Chip, Time, SimSpiTiming.Ch341a), Chip);
        Flash = new SpiFlash(Master, Facts, Time);
        Identity = new ChipIdentity("ef4010", "small", content.Length, Convert.ToHexStringLower(Chip.UniqueId));
    }

    public SimNorModel Model { get; }

    public SimNor Chip { get; }

    public SpiChip Facts { get; }

    public VirtualTime Time { get; }

    public CutMaster Master { get; }

    public SpiFlash Flash { get; private set; }

    public ChipIdentity Identity { get; }

    public string JournalFolder => Path.Combine(_folder.FullName, "journal");

    public BackupStore Store => new(Path.Combine(_folder.FullName, "backups"));

    public VerifiedBackup Backup(bool twice = true) => new BackupReader(Flash, Identity).Read(twice, null, CancellationToken.None).Backup!;

    /// <summary>Plans and writes as a run does; the journal stays when it is cut off.</summary>
    public WriteResult Write(VerifiedBackup backup, byte[] target)
    {
        FlashPlan plan = new(backup, target, Facts, Master.Info);
        using FlashJournal journal = FlashJournal.Begin(JournalFolder, plan);
        Flash.Unprotect();
        WriteResult result = new FlashWriter(Flash, Facts, journal).Write(plan, null, CancellationToken.None);
        if (result.IsComplete)
            journal.Complete();
        return result;
    }

    /// <summary>Power back, and the next run.</summary>
    public WriteResult? Resume()
    {
        Master.Mend();
        Flash = new SpiFlash(Master, Facts, Time);
        if (FlashJournal.Read(JournalFolder) is not OpenWrite open)
            return null;
        using FlashJournal journal = FlashJournal.Continue(open);
        Flash.Unprotect();
        WriteResult result = new FlashWriter(Flash, Facts, journal).Resume(open, null, CancellationToken.None);
        if (result.IsComplete)
            journal.Complete();
        return result;
    }

    public void Dispose()
    {
        Master.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Bytes that no erase and no slip of the pen would make.</summary>
    public static byte[] Noise(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}

/// <summary>Passes everything on until it is cut off: then chip and programmer lose their power in the same moment.</summary>
internal sealed class CutMaster(SimSpiMaster inner, SimNor chip) : ISpiMaster
{
    public long Transfers { get; private set; }

    /// <summary>How many transfers still come through.</summary>
    public long Left { get; set; } = long.MaxValue;

    /// <summary>What is done to an answer before the host sees it.</summary>
    public Action<long, byte[]>? Answer { get; set; }

    public SpiMasterInfo Info => inner.Info;

    public void Transfer(ReadOnlySpan<byte> write, Span<byte> read)
    {
        if (Left <= 0)
        {
            if (Left == 0)
                chip.PowerOff(inner.Nanoseconds);
            Left = -1;
            throw new ProgrammerException(ProgrammerFault.Gone, "cut");
        }
        Left--;
        Transfers++;
        inner.Transfer(write, read);
        if (Answer is null || read.IsEmpty)
            return;
        byte[] answer = read.ToArray();
        Answer(Transfers, answer);
        answer.CopyTo(read);
    }

    public void Mend()
    {
        chip.PowerOn();
        Left = long.MaxValue;
    }

    public void Dispose() => inner.Dispose();
}
