using System.Collections.Immutable;
using System.Globalization;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Hardware.Spi.Contact;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Spi.Nand;

/// <summary>A SPI NAND that answered: its contact proven, its kind known, its supply compared with what drives it.</summary>
internal sealed class NandSession
{
    private const int MostAgain = 2;

    /// <summary>Ids in a row that prove a contact which was lost, and ids asked before it counts as gone.</summary>
    private const int IdsInARow = 16, MostIds = 4096;

    private readonly ISpiMaster _master;
    private readonly bool _isPlain;
    private readonly byte[] _id;

    private NandSession(SpiWorkbench bench, SpiNandFound found, SpiNandChip chip, ContactReport contact)
    {
        _master = bench.Programmer;
        _isPlain = found.IsPlain;
        _id = Convert.FromHexString(chip.Id);
        Chip = chip;
        Contact = contact;
        Nand = new(bench.Programmer, chip, bench.Time);
    }

    /// <summary>What is known of its kind.</summary>
    public SpiNandChip Chip { get; }

    /// <summary>Reads it.</summary>
    public SpiNand Nand { get; }

    /// <summary>How good the contact is.</summary>
    public ContactReport Contact { get; }

    /// <summary>Which one it is; of a NAND only the kind is known.</summary>
    public ChipIdentity Identity => new(Chip.Id, Chip.Name, (int)Chip.Size, null);

    /// <summary>Looks for a SPI NAND, and proves the contact to it.</summary>
    /// <returns>Null when there is none: a NOR, or nothing that is known.</returns>
    /// <exception cref="UnbrickException">A bad contact, a part that is not clear, a supply that does not fit.</exception>
    public static NandSession? Open(SpiWorkbench bench, SpiOptions options, CancellationToken ct)
    {
        if (SpiNandFinder.Find(bench.Programmer, bench.Chips) is not SpiNandFound found)
            return null;
        SpiNandChip chip = Choose(found, options);
        bench.Events.Publish(new Note("clip", bench.Programmer.Info.Name));
        CheckSupply(bench, chip, options);
        bench.Events.Publish(new Note(
            "chip", $"{chip.Name}, SPI NAND, {ByteText.Exact(chip.Size)}, id {chip.Id}: {chip.Blocks:N0} blocks of {chip.PagesPerBlock} pages of {chip.Page:N0} bytes and {chip.Oob} spare ones"));
        ContactReport contact = Ask(bench, found, chip, ct);
        for (int again = 0; again < MostAgain && !contact.IsProven; again++)
        {
            bench.Events.Publish(new Note("contact", $"{contact.Errors.Wrong:N0} bytes differed; asking again"));
            contact = Ask(bench, found, chip, ct);
        }
        SpiContactRow row = SpiSession.RowOf(contact);
        bench.Events.Publish(new Note("contact", $"{row.Reads:N0} reads compared, {row.Errors:N0} bytes differ"));
        if (!contact.HasId)
            throw SpiSession.Stop(contact, ExitCode.NotFound);
        if (!contact.IsProven)
            throw SpiSession.Stop(contact, ExitCode.Refused);
        return new(bench, found, chip, contact);
    }

    /// <summary>The chip answers as itself, at the first or the second time.</summary>
    public bool IsThere()
    {
        Span<byte> answer = stackalloc byte[8];
        answer = answer[.._id.Length];
        for (int i = 0; i < 2; i++)
        {
            SpiNandFinder.ReadId(_master, _isPlain, answer);
            if (answer.SequenceEqual(_id))
                return true;
        }
        return false;
    }

    /// <summary>The chip answers again as itself, sixteen times in a row; false when it does not within some seconds.</summary>
    public bool Reconnect(CancellationToken ct)
    {
        int inARow = 0;
        for (int i = 0; i < MostIds && inARow < IdsInARow && !ct.IsCancellationRequested; i++)
            inARow = IsThere() ? inARow + 1 : 0;
        return inARow == IdsInARow;
    }

    private static SpiNandChip Choose(SpiNandFound found, SpiOptions options)
    {
        ImmutableArray<SpiNandChip> chips = found.Chips;
        if (options.ChipName is string name)
            chips = [.. chips.Where(c => c.Parts.Contains(name, StringComparer.OrdinalIgnoreCase) || string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase))];
        if (chips.Length > 0 && chips.All(c => (c.Page, c.Oob, c.Size, c.Dies) == (chips[0].Page, chips[0].Oob, chips[0].Size, chips[0].Dies)))
            return chips.FirstOrDefault(c => c.MayBe1V8) ?? chips[0];
        throw new UnbrickException(
            ProblemCatalogue.Create(
                ProblemCode.SpiChipUnknown,
                [$"{found.Chips[0].Id} is the id of {string.Join(" and of ", found.Chips.Select(c => c.Name))}, which differ: name it with --chip"], ("id", found.Chips[0].Id)),
            ExitCode.NotFound);
    }

    private static ContactReport Ask(SpiWorkbench bench, SpiNandFound found, SpiNandChip chip, CancellationToken ct) =>
        NandContactProbe.Run(bench.Programmer, found, chip, bench.Time, new ContactOptions(), ct)
        ?? throw new UnbrickException(
            ProblemCatalogue.Create(ProblemCode.SpiChipLate, [chip.Name], ("what", "a page is not in its buffer after 100 ms")), ExitCode.Failed);

    private static void CheckSupply(SpiWorkbench bench, SpiNandChip chip, SpiOptions options)
    {
        if (SpiVoltage.Of(chip, bench.Programmer.Info, options.AdapterMillivolts) != VoltageFit.Refused)
            return;
        (int least, int most) = chip.Millivolts ?? (1_700, 1_950);
        throw new UnbrickException(
            ProblemCatalogue.Create(
                ProblemCode.SpiVoltage, [chip.Name], ("part", chip.Name), ("least", Volts(least)), ("most", Volts(most)),
                ("given", Volts(options.AdapterMillivolts ?? bench.Programmer.Info.OutputMillivolts!.Value))),
            ExitCode.Refused);
    }

    private static string Volts(int millivolts) => string.Create(CultureInfo.InvariantCulture, $"{millivolts / 1000.0:0.0} V");
}
