using System.Text;
using Unbrick.Recovery.Loaders;

namespace Unbrick.Tests.Recovery.Loaders;

public sealed class KeyGateTests
{
    public static TheoryData<string> Loaders => [.. LoaderLibrary.All.Select(l => l.Profile.Id)];

    [Theory]
    [MemberData(nameof(Loaders))]
    public void Every_key_of_a_profile_may_be_streamed_and_no_choice_replaces_the_boot_loader(string id)
    {
        LoaderPatterns loader = LoaderLibrary.Find(id)!;

        Assert.All(loader.Keys, key => Assert.True(KeyGate.IsSafe(key.Span)));
        if (loader.Profile.Menu is not LoaderMenu menu)
            return;
        Assert.Contains("7", menu.Never);
        Assert.Contains("9", menu.Never);
        Assert.All(new[] { menu.Load, menu.Write, menu.Command }.OfType<string>(), key => Assert.DoesNotContain(key, menu.Never));
    }

    [Fact]
    public void Of_all_single_keys_only_safe_ones_leave_before_a_prompt_was_proven()
    {
        List<byte> sent = [];
        KeyGate gate = new(bytes => sent.AddRange(bytes.Span));
        for (int key = 0; key < 256; key++)
        {
            foreach (KeyUse use in Enum.GetValues<KeyUse>())
                Try(gate, use, (byte)key);
        }

        Assert.DoesNotContain(sent, b => b is (byte)'0' or (byte)'5' or (byte)'6' or (byte)'7' or (byte)'8' or (byte)'9');
        Assert.Contains((byte)'4', sent);
    }

    [Fact]
    public void Seven_and_nine_leave_neither_streamed_nor_as_a_choice_even_when_the_gate_is_open()
    {
        KeyGate gate = new(_ => { });
        gate.Open();

        Assert.All("056789", key => Assert.All(
            new[] { KeyUse.Streamed, KeyUse.Choice, KeyUse.Answer }, use => Assert.False(gate.IsAllowed(new Keys(use, new[] { (byte)key })))));
        Assert.False(gate.IsAllowed(new Keys(KeyUse.Choice, "29"u8.ToArray())));
        Assert.False(gate.IsAllowed(new Keys(KeyUse.Streamed, "tpl9"u8.ToArray())));
    }

    [Fact]
    public void What_is_typed_leaves_only_between_a_proven_prompt_and_the_next_start()
    {
        KeyGate gate = new(_ => { });
        Keys typed = new(KeyUse.Typed, Encoding.ASCII.GetBytes("md.b 9f000000 79"));

        Assert.False(gate.IsAllowed(typed));
        Assert.Throws<InvalidOperationException>(() => gate.Send(typed));
        gate.Open();
        Assert.True(gate.IsAllowed(typed));
        gate.Close();
        Assert.False(gate.IsAllowed(typed));
    }

    private static void Try(KeyGate gate, KeyUse use, byte key)
    {
        Keys keys = new(use, new[] { key });
        if (gate.IsAllowed(keys))
            gate.Send(keys);
        else
            Assert.Throws<InvalidOperationException>(() => gate.Send(keys));
    }
}
