using System.Text;
using Unbrick.Recovery.Loaders;

namespace Unbrick.Tests.Recovery.Loaders;

/// <summary>A menu whose loader does something else in the middle.</summary>
public sealed class MenuDialogueTests
{
    private static LoaderMenu Menu => LoaderLibrary.All.First(l => l.Profile.Id == "ralink").Profile.Menu!;

    private static string Question => $"\t{Menu.Fields[0].Asks} (10.10.10.123) ==:10.10.10.123";

    [Fact]
    public void A_field_that_goes_away_gets_no_more_keys()
    {
        (ConsoleText text, FieldsDialogue fields) = Asked();
        text.Add("\r\nU-Boot 1.1.3\r\nsomething else: "u8);
        List<byte> keys = [];
        TimeSpan now = Talk(fields, text, TimeSpan.FromSeconds(1), _ => { }, keys);
        Assert.Empty(keys);
        Assert.False(fields.IsFilled);
        Assert.InRange(now, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Fields_are_given_up_when_text_never_ends()
    {
        foreach (bool asked in (bool[])[true, false])
        {
            (ConsoleText text, FieldsDialogue fields) = asked ? Asked() : (new(), new FieldsDialogue(Menu, new Dictionary<string, string>()));
            List<byte> keys = [];
            int line = 0;
            TimeSpan now = Talk(fields, text, TimeSpan.FromSeconds(1), t => t.Add(Encoding.ASCII.GetBytes($"line {line++}\r\nat {line}")), keys);
            Assert.Empty(keys);
            Assert.False(fields.IsFilled);
            Assert.InRange(now, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
        }
    }

    [Fact]
    public void A_device_that_prints_and_never_says_a_word_that_is_known_is_not_watched_for_ever()
    {
        ConsoleText text = new();
        WatchDialogue watch = new(Menu.Signs, TimeSpan.FromSeconds(150), (_, _) => { });
        TimeSpan now = Talk(watch, text, default, t => t.Add("more and more\r\n"u8), []);
        Assert.Null(watch.End);
        Assert.InRange(now, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30));
    }

    private static (ConsoleText, FieldsDialogue) Asked()
    {
        ConsoleText text = new();
        text.Add(Encoding.ASCII.GetBytes(Question));
        FieldsDialogue fields = new(Menu, Menu.Fields.ToDictionary(f => f.Name, _ => "192.168.31.9"));
        List<byte> keys = [];
        for (TimeSpan now = default; now < TimeSpan.FromSeconds(1); now += TimeSpan.FromMilliseconds(100))
        {
            fields.Look(text, now);
            keys.AddRange(fields.Next(now, out _).Bytes.Span);
        }
        Assert.Equal(Keys.CtrlU.Span[0], keys[0]);
        return (text, fields);
    }

    private static TimeSpan Talk(IDialogue dialogue, ConsoleText text, TimeSpan now, Action<ConsoleText> meanwhile, List<byte> keys)
    {
        for (; !dialogue.IsOver; now += TimeSpan.FromMilliseconds(100))
        {
            Assert.True(now < TimeSpan.FromHours(2));
            meanwhile(text);
            dialogue.Look(text, now);
            keys.AddRange(dialogue.Next(now, out _).Bytes.Span);
        }
        return now;
    }
}
