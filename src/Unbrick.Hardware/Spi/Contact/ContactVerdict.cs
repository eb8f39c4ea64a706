using System.Collections.Immutable;
using Unbrick.Hardware.Spi.Flash;

namespace Unbrick.Hardware.Spi.Contact;

/// <summary>Says from a chip's answers which wire is likely at fault. Pure rules, each on what only that fault does.</summary>
public static class ContactVerdict
{
    private const int EnoughBytes = 1024;
    private static readonly byte[] s_signature = "SFDP"u8.ToArray();

    /// <summary>Judges.</summary>
    /// <param name="answers">All that was read.</param>
    /// <param name="isKnown">Whether there is a chip with an id (lower-case hex); null when that cannot be told.</param>
    /// <returns>The likeliest first; none when the contact is good.</returns>
    public static ImmutableArray<ContactFinding> Of(ContactAnswers answers, Func<string, bool>? isKnown)
    {
        ArgumentNullException.ThrowIfNull(answers);
        if (Silence(answers) is { } silence)
            return [silence];
        List<ContactFinding> findings = [];
        Add(findings, Shifted(answers, isKnown));
        Add(findings, Stuck(answers));
        Add(findings, Loose(answers));
        findings.AddRange(Damage(answers));
        if (findings.Count == 0)
            Add(findings, Blank(answers));
        return [.. findings.GroupBy(f => f.Fault).Select(g => g.MaxBy(f => f.Likelihood)!).OrderByDescending(f => f.Likelihood)];
    }

    private static void Add(List<ContactFinding> findings, ContactFinding? finding)
    {
        if (finding is not null)
            findings.Add(finding);
    }

    /// <summary>No id among all answers.</summary>
    private static ContactFinding? Silence(ContactAnswers answers)
    {
        RepeatedRead ids = answers.Ids;
        int ones = ids.Answers.Count(a => !a.AsSpan().ContainsAnyExcept((byte)0xFF));
        int zeros = ids.Answers.Count(a => !a.AsSpan().ContainsAnyExcept((byte)0));
        int all = ids.Answers.Length;
        string seen = $"id read {all} times: {Shown(ids)}";
        if (ones == all)
            return new(ContactFault.AllOnes, 0.9, [seen]);
        if (zeros == all)
            return new(ContactFault.AllZeros, 0.9, [seen]);
        if (ones + zeros == all)
            return new(ContactFault.Collapsing, 0.6, [seen]);
        // Without a pair of equal answers there is nothing that a chip says.
        bool anyTwice = ids.Answers.Where(a => !NorCommands.IsBlank(a.AsSpan())).GroupBy(a => Convert.ToHexString(a.AsSpan())).Any(g => g.Count() > 1);
        return all > 3 && !anyTwice ? new(ContactFault.Floating, 0.7, [seen]) : null;
    }

    private static ContactFinding? Shifted(ContactAnswers answers, Func<string, bool>? isKnown)
    {
        if (answers.Sfdp is { } table && table.Usual.Length >= s_signature.Length)
        {
            foreach (int bits in new[] { 1, -1, 2, -2 })
            {
                if (ReadDamage.IsShifted(s_signature, table.Usual[..s_signature.Length], bits))
                    return new(ContactFault.Shifted, 0.9, [$"the table that begins with 53 46 44 50 reads {Hex(table.Usual[..4])}: {Bits(bits)}"]);
            }
        }
        if (isKnown is null || isKnown(answers.Id) || NorCommands.IsBlank(answers.Ids.Usual))
            return null;
        uint id = answers.Ids.Usual.Length == 3 ? (uint)((answers.Ids.Usual[0] << 16) | (answers.Ids.Usual[1] << 8) | answers.Ids.Usual[2]) : 0;
        foreach ((int bits, uint[] meant) in new[] { (1, new[] { id << 1, (id << 1) | 1 }), (-1, new[] { id >> 1, (id >> 1) | 0x80_0000 }) })
        {
            foreach (uint other in meant)
            {
                string hex = $"{other & 0xFF_FFFF:x6}";
                if (isKnown(hex))
                    return new(ContactFault.Shifted, 0.6, [$"no chip has the id {answers.Id}, and {hex} is one: {Bits(bits)}"]);
            }
        }
        return null;
    }

    /// <summary>A bit that is the same in the id, in the table and in a thousand bytes of the array.</summary>
    private static ContactFinding? Stuck(ContactAnswers answers)
    {
        byte always = 0xFF;
        byte ever = 0;
        int count = 0;
        foreach (RepeatedRead read in answers.Everything.Where(r => !NorCommands.IsBlank(r.Usual)))
        {
            foreach (byte value in read.Usual)
            {
                always &= value;
                ever |= value;
                count++;
            }
        }
        byte stuckOnes = always;
        byte stuckZeros = (byte)~ever;
        bool isSigned = answers.Sfdp is { } table && table.Usual.StartsWith(s_signature);
        if (count < EnoughBytes || isSigned || stuckOnes + stuckZeros == 0)
            return null;
        string which = stuckOnes != 0 ? $"bits {stuckOnes:x2} are set" : $"bits {stuckZeros:x2} are clear";
        return new(ContactFault.StuckBit, 0.8, [$"{which} in all of {count:N0} bytes, those of the id included: {answers.Id}"]);
    }

    private static ContactFinding? Loose(ContactAnswers answers)
    {
        RepeatedRead ids = answers.Ids;
        int wrong = ids.Answers.Length - ids.Right;
        if (wrong == 0)
            return null;
        int blank = ids.Answers.Count(a => NorCommands.IsBlank(a.AsSpan()));
        int slipped = 0;
        foreach (ImmutableArray<byte> answer in ids.Answers)
            slipped += ReadDamage.IsShifted(ids.Usual, answer.AsSpan(), 1) || ReadDamage.IsShifted(ids.Usual, answer.AsSpan(), -1) ? 1 : 0;
        string seen = $"id read {ids.Answers.Length} times, {wrong} times not {Hex(ids.Usual)}: {Shown(ids)}";
        return slipped > wrong / 2 ? new(ContactFault.ClockSlips, 0.7, [seen])
            : blank * 2 >= wrong ? new(ContactFault.Loose, 0.8, [seen]) : new(ContactFault.Noisy, 0.5, [seen]);
    }

    private static IEnumerable<ContactFinding> Damage(ContactAnswers answers)
    {
        Dictionary<DamageKind, int> kinds = [];
        int reads = 0;
        foreach (RepeatedRead read in answers.Everything.Where(r => r != answers.Ids))
        {
            reads += read.Answers.Length;
            foreach (ImmutableArray<byte> answer in read.Answers)
            {
                DamageKind kind = ReadDamage.Of(read.Usual, answer.AsSpan());
                if (kind != DamageKind.None)
                    kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            }
        }
        int damaged = kinds.Values.Sum();
        foreach ((DamageKind kind, int count) in kinds)
        {
            (ContactFault fault, string how) = kind switch
            {
                DamageKind.Gaps => (ContactFault.Loose, "ones or zeros instead of data"),
                DamageKind.Slip => (ContactFault.ClockSlips, "data shifted by some bits from a point on"),
                DamageKind.Pause => (ContactFault.Held, "data later than it should be, behind a run of ones or zeros"),
                DamageKind.Foreign => (ContactFault.BusShared, "other bytes for long"),
                _ => (ContactFault.Noisy, "single wrong bits"),
            };
            yield return new(fault, 0.9 * count / damaged, [$"{count} of {reads} reads differ from the others: {how}"]);
        }
    }

    private static ContactFinding? Blank(ContactAnswers answers) =>
        answers.Samples.Length > 0 && answers.Samples.All(s => !s.Usual.ContainsAnyExcept((byte)0xFF))
            ? new(ContactFault.Blank, 0.9, [$"id {Hex(answers.Ids.Usual)} each time, and FF in all {answers.Samples.Length} samples"]) : null;

    /// <summary>The answers by how often they came: <c>ef 40 18 (61), ff ff ff (3)</c>.</summary>
    private static string Shown(RepeatedRead ids)
    {
        const int most = 4;
        (string Text, int Count)[] groups = [.. ids.Answers.GroupBy(a => Hex(a.AsSpan())).Select(g => (g.Key, g.Count())).OrderByDescending(g => g.Item2)];
        string text = string.Join(", ", groups.Take(most).Select(g => groups.Length == 1 ? g.Text : $"{g.Text} ({g.Count})"));
        return groups.Length > most ? $"{text} and {groups.Length - most} others" : text;
    }

    private static string Bits(int bits) => $"{Math.Abs(bits)} bit{(Math.Abs(bits) == 1 ? "" : "s")} too {(bits > 0 ? "late" : "early")}";

    private static string Hex(ReadOnlySpan<byte> bytes) => string.Join(' ', bytes.ToArray().Select(b => $"{b:x2}"));
}
