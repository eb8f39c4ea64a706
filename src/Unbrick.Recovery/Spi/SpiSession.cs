using System.Collections.Immutable;
using Unbrick.Core;
using Unbrick.Core.Events;
using Unbrick.Core.Problems;
using Unbrick.Core.Text;
using Unbrick.Hardware.Spi;
using Unbrick.Hardware.Spi.Chips;
using Unbrick.Hardware.Spi.Contact;
using Unbrick.Hardware.Spi.Flash;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Spi;

/// <summary>A chip that answered: its contact proven, its kind known, its supply compared with what drives it. All jobs begin with one.</summary>
public sealed class SpiSession
{
    private const int SfdpBytes = 256, MostAgain = 2;

    private SpiSession(SpiFlash flash, SpiChip chip, ChipIdentity identity, ContactReport contact)
    {
        Flash = flash;
        Chip = chip;
        Identity = identity;
        Contact = contact;
    }

    /// <summary>The chip.</summary>
    public SpiFlash Flash { get; }

    /// <summary>What is known of its kind.</summary>
    public SpiChip Chip { get; }

    /// <summary>Which one it is.</summary>
    public ChipIdentity Identity { get; }

    /// <summary>How good the contact is.</summary>
    public ContactReport Contact { get; private set; }

    /// <summary>For results.</summary>
    public SpiChipRow ChipRow => new(Identity.Name, Identity.Jedec, Identity.Size, Identity.UniqueId);

    /// <summary>For results.</summary>
    public SpiContactRow ContactRow => RowOf(Contact);

    /// <summary>For results.</summary>
    public static SpiContactRow RowOf(ContactReport contact)
    {
        ArgumentNullException.ThrowIfNull(contact);
        ImmutableArray<RepeatedRead> samples = contact.Answers.Samples;
        return new(contact.Answers.Ids.Answers.Length + samples.Sum(s => s.Answers.Length), contact.Errors.Wrong, contact.Errors.RateAtMost);
    }

    /// <summary>Finds out which chip it is and how good the contact is; throws when nothing may be done with it.</summary>
    /// <param name="bench">The programmer and the rest.</param>
    /// <param name="options">How thoroughly.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="UnbrickException">No answer, a bad contact, an unknown chip, a supply that does not fit.</exception>
    /// <param name="brief">
    /// A few samples only, where a kept backup is compared with the chip next, or the contact is proven by <see cref="ProveContact"/>.
    /// </param>
    public static SpiSession Open(SpiWorkbench bench, SpiOptions options, CancellationToken ct, bool brief = false)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentNullException.ThrowIfNull(options);
        Say(bench, "clip", bench.Programmer.Info.Name);
        ContactReport contact = Settle(bench, brief, ct);
        if (!contact.HasId)
            throw Stop(contact, ExitCode.NotFound);
        ChipIdentification found = Identify(bench, contact);
        if (found.Chip is not SpiChip chip || (found.NeedsConfirmation && options.ChipName is null))
        {
            string id = contact.Answers.Id;
            throw new UnbrickException(ProblemCatalogue.Create(ProblemCode.SpiChipUnknown, [.. found.Evidence], ("id", id)), ExitCode.NotFound);
        }
        CheckSupply(bench, chip, options);
        SpiFlash flash = new(bench.Programmer, chip, bench.Time);
        ChipIdentity identity = new(contact.Answers.Id, chip.Name, chip.Size, flash.ReadUniqueId() is byte[] unique ? Convert.ToHexStringLower(unique) : null);
        Say(bench, "chip", $"{identity.ShortName}, {ByteText.Exact(chip.Size)}, id {identity.Jedec}{(identity.UniqueId is null ? "" : $", number {identity.UniqueId}")}");
        Judge(bench, contact);
        return new SpiSession(flash, chip, identity, contact);
    }

    /// <summary>Reads samples all over the chip several times; throws when they are not alike.</summary>
    /// <exception cref="UnbrickException">They are not.</exception>
    public void ProveContact(SpiWorkbench bench, CancellationToken ct)
    {
        ContactReport contact = Settle(bench, brief: false, ct);
        Judge(bench, contact);
        Contact = contact;
    }

    /// <summary>Asks, and again when something differed: a clip that was just put on may settle while it is asked.</summary>
    private static ContactReport Settle(SpiWorkbench bench, bool brief, CancellationToken ct)
    {
        ContactReport contact = Ask(bench, brief, ct);
        for (int again = 0; again < MostAgain && contact.HasId && !contact.IsProven; again++)
        {
            Say(bench, "contact", $"{Bytes(contact)} differed; asking again");
            contact = Ask(bench, brief, ct);
        }
        return contact;
    }

    private static void Judge(SpiWorkbench bench, ContactReport contact)
    {
        Say(bench, "contact", $"{RowOf(contact).Reads:N0} reads compared, {Bytes(contact)} {(contact.Errors.Wrong == 1 ? "differs" : "differ")}");
        if (!contact.IsUsable)
            throw Stop(contact, ExitCode.Refused);
        if (!contact.IsProven)
            Say(bench, "contact", "a bit comes wrong now and then: all that counts is read until two reads agree");
    }

    private static string Bytes(ContactReport contact) => contact.Errors.Wrong == 1 ? "1 byte" : $"{contact.Errors.Wrong:N0} bytes";

    private static ContactReport Ask(SpiWorkbench bench, bool brief, CancellationToken ct)
    {
        ContactOptions options = new() { IsKnown = id => bench.Chips.ByRdid(Convert.FromHexString(id)).Count > 0 };
        return ContactProbe.Run(bench.Programmer, bench.Time, brief ? options with { Samples = 4, Rounds = 2 } : options, ct);
    }

    private static ChipIdentification Identify(SpiWorkbench bench, ContactReport contact)
    {
        NorCommands commands = new(bench.Programmer);
        byte[] id = new byte[6], sfdp = new byte[SfdpBytes];
        commands.ReadId(id);
        commands.ReadSfdp(0, sfdp);
        // The id is the one that most answers agree on; what follows it matters for a few makers only.
        contact.Answers.Ids.Usual.CopyTo(id);
        return ChipIdentification.From(new ChipAnswers(id) { Sfdp = sfdp }, bench.Chips);
    }

    private static void CheckSupply(SpiWorkbench bench, SpiChip chip, SpiOptions options)
    {
        VoltageFit fit = SpiVoltage.Of(chip, bench.Programmer.Info, options.AdapterMillivolts);
        if (fit == VoltageFit.Above)
        {
            string level = Volts(options.AdapterMillivolts ?? bench.Programmer.Info.OutputMillivolts!.Value);
            Say(bench, "level", $"the programmer drives its wires with {level}, the chip is made for {Volts(chip.Millivolts!.Value.Most)} at the most; most survive it");
        }
        if (fit != VoltageFit.Refused)
            return;
        (int least, int most) = chip.Millivolts ?? (1_650, 1_950);
        throw new UnbrickException(
            ProblemCatalogue.Create(
                ProblemCode.SpiVoltage, [chip.Name], ("part", chip.Name), ("least", Volts(least)), ("most", Volts(most)),
                ("given", Volts(options.AdapterMillivolts ?? bench.Programmer.Info.OutputMillivolts!.Value))),
            ExitCode.Refused);
    }

    internal static UnbrickException Stop(ContactReport contact, int exit)
    {
        Problem problem = contact.Findings.IsEmpty
            ? ProblemCatalogue.Create(
                ProblemCode.SpiContactNoisy, [$"{contact.Errors.Wrong:N0} of {contact.Errors.Bytes:N0} bytes differ between reads"],
                ("wrong", $"{contact.Errors.Wrong:N0}"), ("bytes", $"{contact.Errors.Bytes:N0}"))
            : ContactProblems.Of(contact, contact.Findings[0]);
        return new UnbrickException(problem, exit);
    }

    private static string Volts(int millivolts) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{millivolts / 1000.0:0.0} V");

    private static void Say(SpiWorkbench bench, string topic, string text) => bench.Events.Publish(new Note(topic, text));
}
