using System.Numerics;

namespace Unbrick.Hardware.Spi.Chips;

/// <summary>One identification: looks up the id, hears the chip's own description, and puts both together.</summary>
internal sealed class ChipIdentifier(ChipAnswers answers, ChipLibrary library)
{
    private readonly List<string> _evidence = [];
    private readonly Sfdp? _sfdp = Sfdp.Parse(answers.Sfdp.Span);

    private ReadOnlySpan<byte> Rdid => answers.Rdid.Span;

    private string Id => Convert.ToHexStringLower(Rdid[..Math.Min(Rdid.Length, 3)]);

    public ChipIdentification Identify()
    {
        if (!answers.IsStable)
            return Nothing(ChipDoubt.Unstable, "The id is not the same each time: the contact is not good.");
        ChipDoubt silent = Silence(Rdid);
        if (silent is not ChipDoubt.None)
            return Older(silent);
        List<ChipCandidate> found = [.. library.ByRdid(Rdid)];
        if (found.Count > 0)
        {
            Say($"{Id} (9F) is the id of {Counted(found)}.");
            return Known(found, isWeak: false);
        }
        if (_sfdp is null && Nand() is ChipIdentification nand)
            return nand;
        return Unknown();
    }

    /// <summary>Chips that do not know 9F leave the line alone.</summary>
    private ChipIdentification Older(ChipDoubt silent)
    {
        if (Silence(answers.Rems.Span) is ChipDoubt.None && library.ByRems(answers.Rems.Span) is { Count: > 0 } byRems)
            return Old(byRems, "90", answers.Rems.Span);
        if (Silence(answers.At25F.Span) is ChipDoubt.None && library.ByAt25F(answers.At25F.Span) is { Count: > 0 } byAt25F)
            return Old(byAt25F, "15", answers.At25F.Span);
        if (Silence(answers.Res.Span) is ChipDoubt.None && library.ByRes(answers.Res.Span) is { Count: > 0 } byRes)
            return Old(byRes, "AB", answers.Res.Span);
        return Nothing(silent, silent is ChipDoubt.OnlyOnes
            ? "Nothing but FF comes back: no chip drives the line. The clip, its direction, or the chip's supply."
            : "Nothing but 00 comes back: something holds the line low, or the chip has no supply.");
    }

    private ChipIdentification Old(IReadOnlyList<ChipCandidate> found, string opcode, ReadOnlySpan<byte> answer)
    {
        Say($"{Convert.ToHexStringLower(answer)} ({opcode}) is the id of {Counted(found)}; 9F is not answered, as with old chips.");
        return Known([.. found], isWeak: true);
    }

    private ChipIdentification Known(List<ChipCandidate> found, bool isWeak)
    {
        List<ChipCandidate> parts = ChipNarrowing.Agreeing(found, _sfdp, Say);
        SpiChip chip = ChipSet.Common(parts);
        List<ChipCandidate> named = ChipNarrowing.Named(parts, _sfdp, !answers.Sfdp.IsEmpty, Say);
        if (named.Count < parts.Count)
            chip = chip with { Name = ChipSet.Common(named).Name };
        if (Rdid.Length >= 3 && !isWeak)
            chip = chip with { Jedec = chip.Jedec.Length <= 6 ? Id : chip.Jedec };
        bool isSizeOnly = parts.TrueForAll(p => p.IsSizeOnly);
        bool isOneSize = parts.TrueForAll(p => p.Chip.Size == parts[0].Chip.Size);
        ChipDoubt doubt = chip.Program is ProgramMethod.DataFlash or ProgramMethod.Eeprom ? ChipDoubt.NotSupported : ChipDoubt.None;
        if (doubt is ChipDoubt.NotSupported)
            Say("It is of a kind with addresses of its own (DataFlash, EEPROM), which is not read here.");
        if (_sfdp is Sfdp sfdp && doubt is ChipDoubt.None)
        {
            if (sfdp.Size != chip.Size)
            {
                doubt = ChipDoubt.SizesDiffer;
                Say($"The list says {Bytes(chip.Size)}, the chip's own description {Bytes(sfdp.Size)}: the smaller is taken.");
            }
            else
            {
                Say($"Its own description (SFDP 1.{sfdp.Minor}) says {Bytes(sfdp.Size)}, too.");
            }
            chip = ChipBySfdp.Completed(chip, sfdp, isSizeOnly);
        }
        else if (isSizeOnly && doubt is ChipDoubt.None)
        {
            Say("No more than its size is in the list; 03, 02, 20 and D8 are assumed.");
            chip = ChipBySfdp.Assumed(chip);
        }
        if (!isOneSize)
            Say($"The lists do not agree about its size; {Bytes(chip.Size)} is the smallest.");
        SaySupply(chip, named);
        return new()
        {
            Chip = doubt is ChipDoubt.NotSupported ? null : chip,
            Candidates = [.. named],
            Certainty = isSizeOnly && _sfdp is null ? ChipCertainty.SizeCode : named.Count == 1 ? ChipCertainty.Part : ChipCertainty.Set,
            Doubt = doubt,
            NeedsConfirmation = isWeak || !isOneSize || doubt is not ChipDoubt.None || (isSizeOnly && _sfdp is null),
            Sfdp = _sfdp,
            Evidence = [.. _evidence],
        };
    }

    private ChipIdentification? Nand()
    {
        if (library.NandByRdid(Rdid) is not [SpiNandChip nand, ..] found)
            return null;
        bool isShort = nand.Id.Length <= 4;
        Say($"{Id} (9F) is the id of {nand.Name}, a SPI NAND.");
        if (isShort)
            Say("That id has two bytes only, which another chip may have, too.");
        if (nand.MayBe1V8)
            Say("It is a 1.8 V part.");
        return new()
        {
            Nand = nand,
            Certainty = found.Count > 1 || isShort ? ChipCertainty.Set : ChipCertainty.Part,
            NeedsConfirmation = found.Any(other => (other.Page, other.Size) != (nand.Page, nand.Size)),
            Evidence = [.. _evidence],
        };
    }

    private ChipIdentification Unknown()
    {
        if (_sfdp is Sfdp sfdp)
        {
            Say($"{Id} (9F) is not in the list, but the chip describes itself (SFDP 1.{sfdp.Minor}): {Bytes(sfdp.Size)}.");
            SpiChip told = ChipBySfdp.Alone(sfdp, Id);
            SaySupply(told, []);
            return new() { Chip = told, Certainty = ChipCertainty.Sfdp, Sfdp = sfdp, NeedsConfirmation = told.Erases.IsEmpty, Evidence = [.. _evidence] };
        }
        if (Rdid.Length < 3 || Rdid[..3].IndexOfAnyExcept(Rdid[0]) < 0 || BitOperations.PopCount(Rdid[0]) % 2 == 0)
            return Nothing(ChipDoubt.Implausible, $"{Id} is nobody's id: makers' codes have an odd number of ones. Noise, or a bit too many or too few.");
        ReadOnlySpan<byte> bare = Rdid;
        while (bare is [ChipId.Continuation, .. ReadOnlySpan<byte> rest])
            bare = rest;
        if (bare.Length < 3 || bare[2] is < 0x10 or > 0x19)
            return Nothing(ChipDoubt.Unknown, $"{Id} is not in the list, has no SFDP, and its last byte is no size.");
        SpiChip chip = ChipBySfdp.Assumed(new() { Name = $"unknown chip {Id}", Jedec = Id, Size = 1 << bare[2], Source = "size code of the id" });
        Say($"{Id} is not in the list and has no SFDP; its last byte says {Bytes(chip.Size)}, and 03, 02, 20 and D8 are assumed.");
        SaySupply(chip, []);
        return new() { Chip = chip, Certainty = ChipCertainty.SizeCode, NeedsConfirmation = true, Evidence = [.. _evidence] };
    }

    private ChipIdentification Nothing(ChipDoubt doubt, string sentence) => new() { Doubt = doubt, Sfdp = _sfdp, Evidence = [sentence] };

    /// <summary>None when the bytes differ; an answer that was not asked for counts as ones.</summary>
    private static ChipDoubt Silence(ReadOnlySpan<byte> answer)
    {
        ReadOnlySpan<byte> first = answer[..Math.Min(answer.Length, 3)];
        return first.IndexOfAnyExcept((byte)0xFF) < 0 ? ChipDoubt.OnlyOnes : first.IndexOfAnyExcept((byte)0) < 0 ? ChipDoubt.OnlyZeros : ChipDoubt.None;
    }

    private static string Counted(IReadOnlyList<ChipCandidate> found) =>
        found.Count == 1 ? found[0].Chip.Name : $"{found.Count} parts ({ChipSet.Common(found).Name})";

    private static string Bytes(int size) => size >= 1 << 20 ? $"{size >> 20} MiB" : $"{size >> 10} KiB";

    private void SaySupply(SpiChip chip, List<ChipCandidate> named)
    {
        List<ChipCandidate> low = [.. named.Where(p => p.Chip.MayBe1V8)];
        if (chip.MayBe1V8 && low.Count < named.Count && low.Count > 0)
            Say($"{string.Join(", ", low.Select(p => p.Chip.Name))} has this id, too, and is a 1.8 V part: 3.3 V may destroy it. Read what is printed on the chip.");
        else if (chip.MayBe1V8)
            Say(low.Find(p => p.Low is not null) is ChipCandidate because ? $"It is taken for a 1.8 V part ({because.Low})." : "It is a 1.8 V part: 3.3 V may destroy it.");
        else if (chip.Millivolts is null)
            Say("Its supply is not known: read what is printed on the chip before 3.3 V drive it.");
    }

    private void Say(string sentence) => _evidence.Add(sentence);
}
