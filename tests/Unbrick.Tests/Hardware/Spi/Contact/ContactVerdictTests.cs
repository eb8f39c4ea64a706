using System.Collections.Immutable;
using Unbrick.Hardware.Spi.Contact;

namespace Unbrick.Tests.Hardware.Spi.Contact;

public sealed class ContactVerdictTests
{
    private const string Good = "ef4018";

    public static TheoryData<string, ContactFault> IdAnswers => new()
    {
        { "ffffff*8", ContactFault.AllOnes },
        { "000000*8", ContactFault.AllZeros },
        { "ffffff*5 000000*3", ContactFault.Collapsing },
        { "ffff00 03ffff 7fff80 0001ff fc0000 ffffff 1fffff 000000", ContactFault.Floating },
        { "ef4018*50 ffffff*10 000000*4", ContactFault.Loose },
        { "ef4018*60 77a00c*4", ContactFault.ClockSlips },
        { "ef4018*60 de8031*4", ContactFault.ClockSlips },
        { "ef4018*60 ef4019 ef4218 cf4018 ef4008", ContactFault.Noisy },
    };

    [Theory]
    [MemberData(nameof(IdAnswers))]
    public void The_answers_for_the_id_tell_the_wire(string answers, ContactFault fault)
    {
        ImmutableArray<ContactFinding> findings = ContactVerdict.Of(new() { Ids = Ids(answers) }, id => id == Good);

        Assert.Equal(fault, findings[0].Fault);
        Assert.InRange(findings[0].Likelihood, 0.3, 1);
        Assert.All(findings[0].Seen, seen => Assert.Matches("id read [0-9]+ times", seen));
    }

    [Fact]
    public void The_evidence_has_the_answers_by_how_often_they_came()
    {
        ContactFinding finding = ContactVerdict.Of(new() { Ids = Ids("ef4018*61 ffffff*3") }, null)[0];

        Assert.Equal(["id read 64 times, 3 times not ef 40 18: ef 40 18 (61), ff ff ff (3)"], finding.Seen);
    }

    [Theory]
    [InlineData("29a32228", 1, "29 a3 22 28: 1 bit too late")]
    [InlineData("a9a32228", 1, "a9 a3 22 28: 1 bit too late")]
    [InlineData("a68c88a1", -1, "a6 8c 88 a1: 1 bit too early")]
    public void A_table_whose_first_word_is_known_shows_a_shift(string table, int bits, string seen)
    {
        ContactAnswers answers = new() { Ids = Ids(bits > 0 ? "77a00c*64" : "de8030*64"), Sfdp = Read(0, table + "0011223344556677", 4) };

        ContactFinding finding = ContactVerdict.Of(answers, null)[0];

        Assert.Equal(ContactFault.Shifted, finding.Fault);
        Assert.EndsWith(seen, finding.Seen[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("77a00c", "1 bit too late")]
    [InlineData("f7a00c", "1 bit too late")]
    [InlineData("de8031", "1 bit too early")]
    public void An_id_that_no_chip_has_may_be_a_shifted_one(string id, string seen)
    {
        ContactFinding finding = ContactVerdict.Of(new() { Ids = Ids(id + "*64") }, known => known == Good)[0];

        Assert.Equal(ContactFault.Shifted, finding.Fault);
        Assert.Equal([$"no chip has the id {id}, and ef4018 is one: {seen}"], finding.Seen);
    }

    [Theory]
    [InlineData(0x01, 0x00)]
    [InlineData(0x00, 0x08)]
    public void A_bit_that_never_changes_is_stuck(byte set, byte clear)
    {
        byte[] data = SpiBench.Data(0x1000);
        for (int i = 0; i < data.Length; i++)
            data[i] = (byte)((data[i] | set) & ~clear);
        string id = $"{0xEF & ~clear | set:x2}{0x40 | set:x2}{0x18 & ~clear | set:x2}";

        ContactFinding finding = Assert.Single(ContactVerdict.Of(new() { Ids = Ids(id + "*64"), Samples = [Times(data, 3)] }, null));

        Assert.Equal(ContactFault.StuckBit, finding.Fault);
    }

    [Fact]
    public void Text_in_the_array_is_no_stuck_bit()
    {
        byte[] text = [.. SpiBench.Data(0x1000).Select(b => (byte)(b & 0x7F))];

        Assert.Empty(ContactVerdict.Of(new() { Ids = Ids("ef4018*64"), Samples = [Times(text, 3)] }, null));
    }

    public static TheoryData<string, ContactFault> Damages => new()
    {
        { "bit", ContactFault.Noisy },
        { "gap-ff", ContactFault.Loose },
        { "gap-00", ContactFault.Loose },
        { "late", ContactFault.ClockSlips },
        { "early", ContactFault.ClockSlips },
        { "pause", ContactFault.Held },
        { "foreign", ContactFault.BusShared },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void The_way_a_read_goes_wrong_tells_the_wire(string damage, ContactFault fault)
    {
        byte[] data = SpiBench.Data(0x1000, seed: 7);
        byte[] bad = Damaged(data, damage);
        ContactAnswers answers = new() { Ids = Ids("ef4018*64"), Samples = [Times(data, 3), new(0x1000, [[.. data], [.. bad], [.. data]])] };

        ContactFinding finding = Assert.Single(ContactVerdict.Of(answers, null));

        Assert.Equal(fault, finding.Fault);
        Assert.StartsWith("1 of 6 reads differ", finding.Seen[0], StringComparison.Ordinal);
        Assert.True(answers.Errors.Wrong > 0);
    }

    [Fact]
    public void An_empty_chip_is_told_and_is_no_fault()
    {
        ContactAnswers answers = new() { Ids = Ids("ef4018*64"), Samples = [Times([.. Enumerable.Repeat((byte)0xFF, 4096)], 3)] };
        ImmutableArray<ContactFinding> findings = ContactVerdict.Of(answers, null);

        Assert.Equal(ContactFault.Blank, Assert.Single(findings).Fault);
        Assert.True(new ContactReport(answers, answers.Errors, findings, WasReset: false).IsProven);
    }

    [Fact]
    public void Answers_of_any_kind_are_judged_without_an_exception()
    {
        Random random = new(3);
        for (int run = 0; run < 500; run++)
        {
            int length = random.Next(1, 80);
            RepeatedRead Any() => new(0, [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => ImmutableArray.Create(Some(length)))]);
            byte[] Some(int bytes)
            {
                byte[] some = new byte[bytes];
                if (random.Next(3) > 0)
                    random.NextBytes(some);
                return some;
            }

            ContactVerdict.Of(new() { Ids = Any(), Sfdp = Any(), Samples = [Any(), Any()] }, _ => random.Next(2) == 0);
        }
    }

    [Theory]
    [InlineData(0, 0, 0, 1)]
    [InlineData(3000, 0, 0, 0.001)]
    [InlineData(1_000_000, 5, 5e-6, 1.051e-5)]
    [InlineData(1_000_000, 100, 1e-4, 1.181e-4)]
    [InlineData(2, 2, 1, 1)]
    public void The_rate_of_errors_has_an_upper_limit(long bytes, long wrong, double rate, double atMost)
    {
        ReadErrors errors = new(bytes, wrong);

        Assert.Equal(rate, errors.Rate, 9);
        Assert.InRange(errors.RateAtMost / atMost, 0.995, 1.005);
        Assert.InRange(errors.WrongAtMost(1 << 24) / (atMost * (1 << 24)), 0.995, 1.005);
    }

    private static byte[] Damaged(byte[] data, string damage)
    {
        byte[] bad = [.. data];
        const int at = 1000;
        switch (damage)
        {
            case "bit":
                bad[at] ^= 0x10;
                break;
            case "gap-ff":
                bad.AsSpan(at, 300).Fill(0xFF);
                break;
            case "gap-00":
                bad.AsSpan(at, 2).Clear();
                break;
            case "late":
                Shift(data, bad, at, 1);
                break;
            case "early":
                Shift(data, bad, at, -1);
                break;
            case "pause":
                data.AsSpan(at, data.Length - at - 40).CopyTo(bad.AsSpan(at + 40));
                bad.AsSpan(at, 40).Fill(0xFF);
                break;
            default:
                SpiBench.Data(800, seed: 99).CopyTo(bad, at);
                break;
        }
        return bad;
    }

    private static void Shift(byte[] from, byte[] to, int at, int bits)
    {
        for (int i = at * 8; i < (to.Length * 8) - 1; i++)
        {
            int source = i - bits;
            int bit = (from[source >> 3] >> (7 - (source & 7))) & 1;
            to[i >> 3] = (byte)((to[i >> 3] & ~(0x80 >> (i & 7))) | (bit << (7 - (i & 7))));
        }
    }

    private static RepeatedRead Ids(string answers) => new(0,
        [.. answers.Split(' ').Select(a => a.Split('*')).SelectMany(a => Enumerable.Repeat(ImmutableArray.Create(Convert.FromHexString(a[0])), a.Length > 1 ? int.Parse(a[1]) : 1))]);

    private static RepeatedRead Read(int address, string hex, int times) => Times(Convert.FromHexString(hex), times) with { Address = address };

    private static RepeatedRead Times(byte[] data, int times) => new(0, [.. Enumerable.Repeat(ImmutableArray.Create(data), times)]);
}
