using System.Text;
using Unbrick.Formats;
using Unbrick.Formats.Bytes;
using Unbrick.Formats.Editing;
using Unbrick.Formats.Flash;

namespace Unbrick.Tests.Formats.Editing;

public sealed class EnvironmentEditorTests
{
    private const int At = 0x2_0000, Size = 0x1000;

    [Fact]
    public void Two_variables_are_set_and_the_result_is_what_mkenvimage_made()
    {
        byte[] before = Samples.Bytes("uboot-env/le-64k.bin");
        byte[] edited = Edit(before, new("bootdelay", "5"), new("boot_wait", "on"), new("uart_en", "1")).Bytes.ToArray();
        Assert.Equal(Variables(Samples.Bytes("uboot-env/le-64k.edited.bin")), Variables(edited));
        Assert.Equal(Crc32.Zlib(edited.AsSpan(4)), edited.AsSpan().Le32(0));
    }

    [Fact]
    public void Only_the_environment_of_a_dump_changes_and_every_byte_of_it_is_listed()
    {
        byte[] dump = Dump(Single("bootdelay=1\0bootcmd=tftp\0\0"));
        EditedImage edited = Edit(dump, new("bootdelay", "9"), new("bootcmd", null));
        Assert.Equal(dump.Length, edited.Bytes.Length);
        Assert.All(edited.Edits, e => Assert.InRange(e.At, At, At + Size - 1));
        byte[] again = [.. dump];
        foreach (Edit edit in edited.Edits)
        {
            Assert.Equal(edit.Old.ToArray(), again[edit.At..(edit.At + edit.Old.Length)]);
            edit.New.Span.CopyTo(again.AsSpan(edit.At));
        }
        Assert.Equal(edited.Bytes.ToArray(), again);
        Assert.Contains(edited.Edits, e => e.Why == "env bootdelay 1 -> 9, bootcmd tftp -> not set");
    }

    [Fact]
    public void Of_a_pair_the_older_copy_is_written_with_the_next_flag()
    {
        byte[] dump = Dump(Redundant(255, "bootdelay=1\0\0"), Redundant(254, "bootdelay=3\0\0"));
        byte[] edited = Edit(dump, new EnvironmentChange("bootdelay", "7")).Bytes.ToArray();
        Assert.Equal(dump[At..(At + Size)], edited[At..(At + Size)]);
        Assert.Equal(0, edited[At + Size + 4]);
        Assert.Equal("bootdelay=7", Encoding.ASCII.GetString(edited, At + Size + 5, 11));
    }

    [Fact]
    public void Where_the_flags_may_be_marks_they_are_exchanged()
    {
        byte[] dump = Dump(Redundant(1, "bootdelay=1\0\0"), Redundant(0, "bootdelay=3\0\0"));
        byte[] edited = Edit(dump, new EnvironmentChange("bootdelay", "7")).Bytes.ToArray();
        Assert.Equal((0, 1), (edited[At + 4], edited[At + Size + 4]));
        Assert.Equal("bootdelay=7", Encoding.ASCII.GetString(edited, At + Size + 5, 11));
    }

    [Fact]
    public void What_does_not_fit_is_refused() =>
        Assert.Contains("does not fit", Refused(Dump(Single("bootdelay=1\0\0")), new EnvironmentChange("x", new string('y', Size))).Reason);

    [Fact]
    public void Without_an_environment_nothing_is_changed() =>
        Assert.Contains("no environment", Refused(new byte[0x4_0000], new EnvironmentChange("bootdelay", "5")).Reason);

    [Fact]
    public void A_wrong_crc_is_set_right_where_place_and_size_are_known()
    {
        byte[] dump = Dump(Single("bootdelay=1\0bootcmd=tftp\0ipaddr=1\0\0"));
        dump[At] ^= 1;
        Assert.Throws<EditRefusedException>(() => Edit(dump, new EnvironmentChange("bootdelay", "5")));
        EditedImage edited = new(dump);
        EnvironmentEditor.Apply(edited, ImageScan.Tile(dump), [new("bootdelay", "5")], At, Size);
        ReadOnlySpan<byte> env = edited.Bytes.Span.Slice(At, Size);
        Assert.Equal(Crc32.Zlib(env[4..]), env.Le32(0));
    }

    private static EditRefusedException Refused(byte[] dump, EnvironmentChange change) =>
        Assert.Throws<EditRefusedException>(() => Edit(dump, change));

    private static EditedImage Edit(byte[] image, params ReadOnlySpan<EnvironmentChange> changes)
    {
        EditedImage edited = new(image);
        EnvironmentEditor.Apply(edited, ImageScan.Tile(image), changes.ToArray());
        return edited;
    }

    private static string[] Variables(byte[] env) =>
        [.. UBootEnvironment.Read(env, new(env.Length, false, false))!.Variables.Select(v => $"{v.Key}={v.Value}").Order(StringComparer.Ordinal)];

    private static byte[] Dump(params ReadOnlySpan<byte[]> copies)
    {
        byte[] dump = new byte[0x4_0000];
        new Random(1).NextBytes(dump.AsSpan(0, At));
        dump.AsSpan(At).Fill(0xFF);
        for (int i = 0; i < copies.Length; i++)
            copies[i].CopyTo(dump, At + (i * Size));
        return dump;
    }

    private static byte[] Single(string text) => Sealed(text, 4);

    private static byte[] Redundant(byte flag, string text)
    {
        byte[] copy = Sealed(text, 5);
        copy[4] = flag;
        return copy;
    }

    private static byte[] Sealed(string text, int header)
    {
        byte[] copy = new byte[Size];
        copy.AsSpan().Fill(0xFF);
        Encoding.ASCII.GetBytes(text, copy.AsSpan(header));
        BitConverter.GetBytes(Crc32.Zlib(copy.AsSpan(header))).CopyTo(copy, 0);
        return copy;
    }
}
