using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Recovery.Spi;
using Unbrick.Sim;
using Unbrick.Sim.Spi;

namespace Unbrick.Bench.Cuts;

/// <summary>One chip that is written again and again, and the power that goes meanwhile.</summary>
internal sealed class CutBench : IDisposable
{
    private const int Sector = 0x1000, Page = 256;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("unbrick-cuts-");
    private readonly Random _dice;
    private readonly SimNor _chip;
    private readonly CutMaster _master;
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly SpiChip _facts;
    private byte[] _target;

    public CutBench(int size, int seed)
    {
        _dice = new Random(seed);
        SimNorModel model = SimNorModels.Find("W25Q128BV")!;
        byte[] id = [0xEF, 0x40, 0x18];
        _facts = new ChipLibrary().ByRdid(id)[0].Chip with { Size = size };
        _chip = new SimNor(model with { Size = size, ChipTime = TimeSpan.FromSeconds(1) }, Noise(size));
        _chip.PowerOn();
        _master = new CutMaster(new SimSpiMaster(_chip, _time, SimSpiTiming.Ch341a), _chip);
        _target = [.. _chip.Content.Span];
    }

    /// <summary>About as many commands as the next write takes.</summary>
    public long Expected { get; private set; }

    /// <summary>The next write changes everything.</summary>
    public void Whole()
    {
        _target = Noise(_target.Length);
        Expected = _target.Length / Page * 4;
    }

    /// <summary>The next write changes some places: from one byte to 24 KiB, some of it to FF.</summary>
    public void Places(int count)
    {
        _target = [.. _target];
        Expected = 0;
        for (int i = 0; i < count; i++)
        {
            int length = 1 + _dice.Next(_dice.Next(2) == 0 ? 64 : 6 * Sector), at = _dice.Next(_target.Length - length);
            if (_dice.Next(4) == 0)
                _target.AsSpan(at, length).Fill(0xFF);
            else
                _dice.NextBytes(_target.AsSpan(at, length));
            Expected += ((length / Sector) + 1) * (Sector / Page * 4);
        }
    }

    /// <summary>Writes with the power cut after so many commands, resumes, compares all of the chip.</summary>
    /// <returns>Commands that it took with all.</returns>
    public long Write(long left, CutTally tally)
    {
        tally.Writes++;
        ChipIdentity identity = new("ef4018", _facts.Name, _facts.Size, Convert.ToHexStringLower(_chip.UniqueId));
        SpiFlash flash = new(_master, _facts, _time);
        VerifiedBackup backup = new BackupReader(flash, identity).Read(twice: true, null, CancellationToken.None).Backup!;
        FlashPlan plan = new(backup, _target, _facts, _master.Info);
        long from = _master.Commands;
        string folder = Path.Combine(_folder.FullName, "journal");
        _master.Left = left;
        bool isRight;
        try
        {
            using FlashJournal journal = FlashJournal.Begin(folder, plan);
            flash.Unprotect();
            isRight = End(journal, new FlashWriter(flash, _facts, journal).Write(plan, null, CancellationToken.None));
        }
        catch (ProgrammerException)
        {
            tally.Cuts++;
            isRight = Resume(folder);
        }
        _master.Mend();
        if (!isRight || !_chip.Content.Span.SequenceEqual(_target) || FlashJournal.Read(folder) is not null)
        {
            tally.Wrong++;
            Console.Error.WriteLine($"wrong: write {tally.Writes}, cut after {left} commands");
            _target.CopyTo(_chip.Content.Span);
        }
        return _master.Commands - from;
    }

    public void Dispose()
    {
        _master.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Power back, and the next run.</summary>
    private bool Resume(string folder)
    {
        _master.Mend();
        SpiFlash flash = new(_master, _facts, _time);
        if (FlashJournal.Read(folder) is not OpenWrite open)
            return true;
        using FlashJournal journal = FlashJournal.Continue(open);
        flash.Unprotect();
        return End(journal, new FlashWriter(flash, _facts, journal).Resume(open, null, CancellationToken.None));
    }

    private static bool End(FlashJournal journal, WriteResult result)
    {
        if (result.IsComplete)
            journal.Complete();
        return result.IsComplete;
    }

    private byte[] Noise(int size)
    {
        byte[] bytes = new byte[size];
        _dice.NextBytes(bytes);
        return bytes;
    }
}
