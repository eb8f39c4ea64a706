using System.Collections.Immutable;
using System.Text;
using Unbrick.Formats.Flash;
using Unbrick.Match;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Images;
using Unbrick.Tests.Formats;

namespace Unbrick.Tests.Recovery.Images;

public sealed class DeviceMatcherTests
{
    private static readonly DeviceLibrary s_library = new();
    private static readonly DeviceMatcher s_matcher = new(s_library);
    private static readonly byte[] s_squashfs = Samples.Bytes("squashfs/v4-xz.bin");

    [Theory]
    [InlineData("xiaomi-hdr1/hdr1-r4a.bin", "xiaomi_mi-router-4a-gigabit", "hdr1 device id 17")]
    [InlineData("openwrt-sysupgrade/r4ag-compat11.bin", "xiaomi_mi-router-4a-gigabit", "names xiaomi,mi-router-4a-gigabit")]
    [InlineData("tplink-v1/archer-c7-v2-us.bin", "tplink_archer-c7-v2", "hardware id 0xc7000002")]
    [InlineData("tplink-v3/archer-mr200-sysupgrade.bin", "tplink_archer-mr200", "hardware id 0xd7500001")]
    [InlineData("netgear-chk/r6220-like.bin", "netgear_r7000", "U12H270T00_NETGEAR")]
    [InlineData("safeloader/archer-c7-v5-factory.bin", "tplink_archer-c7-v5", "support list")]
    public void A_header_that_names_its_device_leads_to_it(string file, string id, string evidence)
    {
        ImmutableArray<DeviceGuess> guesses = s_matcher.Match(CheckedImage.Of(file, Samples.Bytes(file)));

        Assert.Equal(id, guesses[0].Id);
        Assert.InRange(guesses[0].Confidence, 0.5, 1);
        Assert.Contains(evidence, string.Join("; ", guesses[0].Evidence));
    }

    [Fact]
    public void The_device_tree_in_a_packed_kernel_names_the_board()
    {
        DeviceProfile device = s_library.Get("xiaomi_mi-router-4a-gigabit")!;

        DeviceGuess first = s_matcher.Match(CheckedImage.Of("", Generator().Make(device, withTree: true)))[0];

        Assert.Equal(device.Id, first.Id);
        Assert.InRange(first.Confidence, 0.9, 1);
        Assert.Contains(first.Evidence, line => line.StartsWith("in the packed kernel, dtb at 0x", StringComparison.Ordinal)
            && line.EndsWith(" names xiaomi,mi-router-4a-gigabit", StringComparison.Ordinal));
    }

    [Fact]
    public void Ids_are_numbers_however_many_zeros_lead()
    {
        DeviceProfile device = s_library.Get("tplink_tl-wa801nd-v4")!;
        Assert.Equal("0x08010004", device.Header["tplink_hwid"]);

        DeviceGuess first = s_matcher.Match(CheckedImage.Of("", Generator().Make(device, withTree: false)))[0];

        Assert.Equal(device.Id, first.Id);
        Assert.Contains("tplink-v1 hardware id 0x8010004", string.Join("; ", first.Evidence), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jffs2/le.bin")]
    [InlineData("squashfs/v4-xz.bin")]
    public void A_file_that_names_nothing_leads_to_no_device(string file) =>
        Assert.Empty(s_matcher.Match(CheckedImage.Of(file, Samples.Bytes(file))));

    [Fact]
    public void Noise_as_long_as_a_chip_is_no_dump_of_a_device()
    {
        byte[] noise = new byte[8 << 20];
        new Random(3).NextBytes(noise);
        Assert.All(s_matcher.Match(CheckedImage.Of("", noise)), guess => Assert.InRange(guess.Confidence, 0, 0.2));
    }

    [Fact]
    public void Devices_that_nothing_tells_apart_share_and_say_so()
    {
        DeviceProfile device = s_library.Get("xiaomi_mi-router-4a-gigabit")!;
        ImmutableArray<DeviceGuess> guesses = s_matcher.Match(CheckedImage.Of("", Generator().Make(device, withTree: false)));

        DeviceGuess same = guesses.Single(g => g.Id == "xiaomi_mi-router-3g-v2"), own = guesses.Single(g => g.Id == device.Id);
        Assert.Equal(own.Confidence, same.Confidence);
        Assert.InRange(own.Confidence, 0.05, 0.5);
        Assert.Contains(own.Evidence, line => line.StartsWith($"nothing in the file tells {own.Id} from ", StringComparison.Ordinal) && line.Contains(same.Id, StringComparison.Ordinal));
        Assert.Contains(same.Id, own.SameAs);
        Assert.Contains(own.Evidence, line => line.Contains("MAC addresses of one vendor", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("model=R4A", "xiaomi_mi-router-4a-gigabit")]
    [InlineData("model=R3GV2", "xiaomi_mi-router-3g-v2")]
    [InlineData("board_name=Mi Router 4A Gigabit Edition", "xiaomi_mi-router-4a-gigabit")]
    public void A_model_in_the_environment_tells_devices_of_one_map_apart(string variable, string id)
    {
        byte[] dump = Generator().Make(s_library.Get("xiaomi_mi-router-4a-gigabit")!, withTree: false);
        Environment($"bootcmd=tftp\0bootdelay=1\0{variable}\0\0").CopyTo(dump, 0x3_0000);

        ImmutableArray<DeviceGuess> guesses = s_matcher.Match(CheckedImage.Of("", dump));

        Assert.Equal(id, guesses[0].Id);
        Assert.InRange(guesses[0].Confidence, 0.9, 1);
        Assert.Empty(guesses[0].SameAs);
        Assert.Contains($"the environment at 0x30000 has {variable}", guesses[0].Evidence);
    }

    [Fact]
    public void An_environment_alone_that_names_its_model_leads_to_it_without_certainty()
    {
        DeviceGuess guess = s_matcher.Match(CheckedImage.Of("", Environment("bootcmd=tftp\0bootdelay=1\0model=R4A\0\0")))[0];
        Assert.Equal("xiaomi_mi-router-4a-gigabit", guess.Id);
        Assert.InRange(guess.Confidence, 0.3, 0.9);
    }

    [Theory]
    [InlineData("model=X1")] // a name of several, and of much else
    [InlineData("board=ap135-nobody")]
    [InlineData("model=")]
    public void A_variable_that_names_no_known_model_says_nothing(string variable) =>
        Assert.Empty(s_matcher.Match(CheckedImage.Of("", Environment($"bootcmd=tftp\0bootdelay=1\0{variable}\0\0"))));

    [Theory]
    [InlineData(true, 0.99)]
    [InlineData(false, 0.9)]
    public void A_dump_leads_to_its_device_by_its_content(bool withTree, double least)
    {
        MatchRun run = new(s_library, s_squashfs);
        MatchTry[] tries = [.. run.Mapped().Where((_, i) => i % 12 == 5).Select(device => run.Try(device, withTree, seed: 12))];

        Assert.Contains(tries, t => t.Chip == 16 << 20);
        Assert.Contains(tries, t => t.Chip == 32 << 20);
        string wrong = string.Join("; ", tries.Where(t => !t.Right).Select(t => $"{t.Id} taken for {t.Guess ?? "nothing"}"));
        Assert.True(tries.Count(t => t.Right) >= least * tries.Length, $"{tries.Count(t => t.Right)} of {tries.Length}: {wrong}");
    }

    private static byte[] Environment(string text)
    {
        byte[] environment = new byte[0x1000];
        Encoding.ASCII.GetBytes(text, environment.AsSpan(4));
        new UBootEnvironmentLayout(environment.Length, BigEndian: false, Redundant: false).Seal(environment);
        return environment;
    }

    private static DumpGenerator Generator() => new(1, s_squashfs);
}
