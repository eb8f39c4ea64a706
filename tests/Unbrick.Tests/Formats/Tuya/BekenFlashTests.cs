using Unbrick.Formats;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Tuya;

namespace Unbrick.Tests.Formats.Tuya;

/// <summary>Code with a CRC behind every 32 bytes, as Beken's chips fetch it.</summary>
public sealed class BekenFlashTests
{
    /// <summary>The check value of the catalogue of parametrised CRCs for CRC-16/CMS.</summary>
    [Fact]
    public void The_CRC_is_CRC_16_CMS() => Assert.Equal((ushort)0xAEE7, Crc16.Cms("123456789"u8));

    [Fact]
    public void Code_comes_out_without_its_CRCs()
    {
        byte[] flash = Samples.Bytes("beken-flash/qio.bin");
        byte[] code = BekenFlash.Strip(flash)!;
        Assert.Equal(flash.Length / 34 * 32, code.Length);
        Assert.Equal(flash[34..66], code[32..64]);
        Assert.Null(BekenFlash.Strip(code));
    }

    [Fact]
    public void A_block_that_was_changed_is_named_and_can_be_sealed_again()
    {
        byte[] flash = Samples.Bytes("beken-flash/qio.bin");
        flash[34 * 5] ^= 1;
        IFormatWriter format = (IFormatWriter)FormatRegistry.Find("beken-flash")!;
        Flaw flaw = Assert.Single(format.Read(Samples.Unclaimed(flash))!.Flaws);
        Assert.Equal((FlawCode.Crc, 34 * 5), (flaw.Code, flaw.At));
        byte[] written = format.Rewrite(Samples.Unclaimed(flash))!;
        Assert.Empty(format.Read(Samples.Unclaimed(written))!.Flaws);
        Assert.Equal(flash[34 * 5], written[34 * 5]);
    }

    [Fact]
    public void Noise_and_code_without_CRCs_are_none()
    {
        byte[] noise = new byte[20_000];
        new Random(3).NextBytes(noise);
        Assert.Null(FormatRegistry.Find("beken-flash")!.Read(Samples.Unclaimed(noise)));
        Assert.Null(FormatRegistry.Find("beken-flash")!.Read(Samples.Unclaimed(BekenFlash.Strip(Samples.Bytes("beken-flash/qio.bin"))!)));
    }

    [Fact]
    public void An_update_for_two_slots_shows_both_applications()
    {
        Finding found = Assert.Single(ImageScan.Tile(Samples.Bytes("tuya-esp8266/upgrade.bin")));
        Assert.Equal(("tuya-esp8266", Verdict.Ok), (found.Format, found.Verdict));
        Assert.Equal(["user1", "user2"], found.Parts.Select(part => part.Name));
    }
}
