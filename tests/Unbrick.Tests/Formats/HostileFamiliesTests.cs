using Unbrick.Formats;

namespace Unbrick.Tests.Formats;

/// <summary>TP-Link, Xiaomi, TRX, ASUS and Cybertan: no made file gets an exception out of them, and noise is none of them.</summary>
public sealed class HostileFamiliesTests
{
    private static readonly string[] s_ids =
    [
        "safeloader", "tplink-recovery-raw", "tplink-v1", "tplink-v2", "tplink-v3", "xiaomi-hdr1", "xiaomi-hdr2", "cybertan-bin", "asus-trx",
        "trx", "asus-uimage",
    ];

    public static TheoryData<string> Ids => [.. s_ids];

    /// <summary>Numbers at which lengths and offsets go wrong.</summary>
    private static readonly uint[] s_limits = [0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFF0, 0x200, 0x1F];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Mutations_of_the_samples_neither_throw_nor_leave_the_image(string id)
    {
        IFormatWriter format = (IFormatWriter)FormatRegistry.Find(id)!;
        Random random = new(id.Length);
        IEnumerable<byte[]> files = Samples.All.Where(sample => sample.Format == id).Select(sample => Samples.Bytes(sample.File));
        byte[][] samples = [.. files.DistinctBy(bytes => bytes.Length)];
        Assert.NotEmpty(samples);
        foreach (byte[] sample in samples)
        {
            // Long samples have nothing but payload behind their headers.
            byte[] small = sample[..Math.Min(sample.Length, 0x2800)];
            for (int i = 0; i < 400; i++)
            {
                byte[] mutant = small[..random.Next(small.Length + 1)];
                if (i % 4 != 0)
                    mutant = (byte[])small.Clone();
                for (int n = random.Next(4); n > 0 && mutant.Length >= 4; n--)
                {
                    int at = random.Next(Math.Min(mutant.Length, 0x200) - 3);
                    BitConverter.TryWriteBytes(mutant.AsSpan(at), s_limits[random.Next(s_limits.Length)]);
                }
                Check(format, Samples.Claimed(mutant), mutant.Length, claimed: true);
                Check(format, Samples.Unclaimed(mutant), mutant.Length, claimed: false);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Noise_is_none_of_them_even_behind_their_magic_numbers(string id)
    {
        IFirmwareFormat format = FormatRegistry.Find(id)!;
        Random random = new(3);
        byte[] noise = new byte[0x3000];
        for (int i = 0; i < 200; i++)
        {
            random.NextBytes(noise);
            if (format.Patterns.Length > 0)
            {
                BytePattern pattern = format.Patterns[i % format.Patterns.Length];
                pattern.Bytes.CopyTo(noise, pattern.Offset);
            }
            Assert.Null(format.Read(new FormatInput(noise, 0, noise.Length, new ReadBudget())));
        }
    }

    private static void Check(IFormatWriter format, FormatInput input, int length, bool claimed)
    {
        Finding? finding = format.Read(input);
        Assert.True(finding is not null || !claimed);
        if (finding is null)
            return;
        Assert.InRange(finding.Length, 1, Math.Max(1, length));
        Assert.All(finding.Parts, part => Assert.True(part.Length > 0 && part.Offset >= 0 && part.Offset + part.Length <= finding.End));
        format.Compare(finding, new Expectation
        {
            HwId = 1,
            HwRev = 1,
            Region = "EU",
            Product = "x",
            SupportId = "y",
            DeviceId = 1,
            PartitionSize = 16,
            Arch = "arm",
        });
        format.Rewrite(input);
    }
}
