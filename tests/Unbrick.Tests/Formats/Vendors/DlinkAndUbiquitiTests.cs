using System.Collections.Immutable;
using Unbrick.Formats;
using Unbrick.Formats.Vendors;

namespace Unbrick.Tests.Formats.Vendors;

/// <summary>What the headers of D-Link's, Netgear's and Ubiquiti's images say, what lies in them, and how an edited one is sealed again.</summary>
public sealed class DlinkAndUbiquitiTests
{
    public static TheoryData<string, int> Edited => new()
    {
        // A place in the payload.
        { "dlink-dlk/dwr-921.bin", 0x900 },
        { "dlink-stag/dwr-921.bin", 0x500 },
        { "dlink-stag/dwr-921.factory-mark.bin", 0x1300 },
        { "dlink-dap/dap-1350.bin", 0x700 },
        { "dlink-dap/with-region.bin", 0x700 },
        { "dlink-dap/dap-1330.bin", 0x700 },
        { "encrpted-img/wax202.bin", 0x700 },
        { "ubnt/xm.bin", 0x600 },
    };

    [Theory]
    [MemberData(nameof(Edited))]
    public void What_was_edited_is_damaged_until_it_is_written_again(string file, int place)
    {
        IFormatWriter format = (IFormatWriter)FormatRegistry.Find(file.Split('/')[0])!;
        byte[] bytes = Samples.Bytes(file);
        bytes[place] ^= 1;
        Assert.Equal(Verdict.Bad, format.Read(Samples.Unclaimed(bytes))!.Verdict);
        byte[] written = format.Rewrite(Samples.Unclaimed(bytes))!;
        Finding again = format.Read(Samples.Unclaimed(written))!;
        Assert.Empty(again.Flaws);
        Assert.Equal((bytes[place], bytes.Length), (written[place], written.Length));
    }

    /// <summary>A CRC of 32 bits over everything, or sums over each piece: no changed bit stays unseen.</summary>
    [Theory]
    [InlineData("dlink-stag/dwr-921.bin")]
    [InlineData("encrpted-img/wax202.bin")]
    [InlineData("ubnt/xm.bin")]
    public void No_changed_bit_stays_unseen(string file)
    {
        IFirmwareFormat format = FormatRegistry.Find(file.Split('/')[0])!;
        byte[] whole = Samples.Bytes(file);
        Random random = new(5);
        for (int round = 0; round < 400; round++)
        {
            byte[] bytes = [.. whole];
            int at = round < 0x40 ? round : random.Next(whole.Length);
            bytes[at] ^= (byte)(1 << random.Next(8));
            // The mark's first byte is free in a stag; what follows a CRC of Ubiquiti's is padding.
            if (at == 0 && format.Id == "dlink-stag" || format.Id == "ubnt" && IsPadding(whole, at))
                continue;
            Assert.True(format.Read(Samples.Claimed(bytes))!.Verdict == Verdict.Bad, $"0x{at:x}");
        }
    }

    [Fact]
    public void What_JBOOT_has_in_its_flash_is_found_in_the_update()
    {
        byte[] bytes = Samples.Bytes("dlink-dlk/dwr-921.bin");
        Part image = Assert.Single(new DlinkDlk().Read(Samples.Unclaimed(bytes))!.Parts);
        Finding inside = new DlinkStag().Read(new FormatInput(bytes, image.Offset, image.Offset + image.Length, new ReadBudget()))!;
        Assert.Equal(Verdict.Ok, inside.Verdict);
        Assert.Equal(["kernel", "rootfs"], inside.Parts.Select(part => part.Name));
        Assert.All(inside.Parts, part => Assert.True(part.Proven));
        Assert.Equal(image.Length, inside.Length);
    }

    [Theory]
    [InlineData("", 0x0000)]
    [InlineData("01", 0xFF02)] // 1 - 0xFF in 32 bits, the carry brought round
    [InlineData("FF", 0x0000)]
    [InlineData("FFFF0100", 0x0001)]
    [InlineData("3412CDAB", 0xBE01)]
    [InlineData("3412FF", 0x1234)]
    public void The_sum_of_JBOOT_brings_the_carry_round(string hex, int sum) => Assert.Equal(sum, JbootSum.Of(Convert.FromHexString(hex)));

    [Fact]
    public void Parts_of_an_airOS_image_have_their_names_and_places()
    {
        Finding finding = new Ubiquiti().Read(Samples.Unclaimed(Samples.Bytes("ubnt/xm.bin")))!;
        Assert.Equal([("kernel", 0x144, 0x1200, true), ("rootfs", 0x1384, 0x8F4, true)], finding.Parts.Select(part => (part.Name, part.Offset, part.Length, part.Proven)));
        ImmutableArray<Flaw> flaws = new Ubiquiti().Compare(finding, new Expectation { PartitionSize = 0x1000 });
        Assert.Equal([FlawCode.TooLarge], flaws.Select(flaw => flaw.Code));
    }

    [Fact]
    public void The_length_of_a_bare_enciphered_update_is_set_again()
    {
        byte[] longer = [.. Samples.Bytes("encrpted-img/dir-x1560.bin")];
        longer[15] -= 16;
        byte[] written = new EncrptedImg().Rewrite(Samples.Claimed(longer))!;
        Assert.Equal(longer.Length - 16, written.Length);
        Assert.Equal(Verdict.Unchecked, new EncrptedImg().Read(Samples.Unclaimed(written))!.Verdict);
    }

    private static bool IsPadding(byte[] whole, int at)
    {
        // Four bytes behind the CRC of header, parts and end.
        Finding finding = new Ubiquiti().Read(Samples.Claimed(whole))!;
        int[] ends = [0x104, .. finding.Parts.Select(part => part.Offset + part.Length), whole.Length - 8];
        return ends.Any(end => at >= end + 4 && at < end + 8);
    }
}
