using System.Globalization;
using System.Text;
using Unbrick.Core.Text;
using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Recipes;

/// <summary>Makes the checks of recipes.</summary>
internal static class RecipeChecker
{
    /// <summary>Bytes shown of what stands at a place where nothing known begins.</summary>
    private const int Shown = 8;

    public static CheckOutcome Run(RecipeCheck check, in FlashView view, string? subject, ReadBudget budget)
    {
        (bool so, string seen) = Look(check, view, budget);
        return new CheckOutcome(check, subject, so != check.Not, seen);
    }

    private static (bool So, string Seen) Look(RecipeCheck check, in FlashView view, ReadBudget budget)
    {
        int length = view.File.Length;
        if (!check.Sizes.IsEmpty)
            return (check.Sizes.Contains(length), $"{ByteText.Exact(length)} (0x{length:x})");
        if (check.AtLeast is long least)
            return (length >= least, $"{ByteText.Exact(length)}, {least:N0} are needed");
        if (!check.Formats.IsEmpty)
            return Formats(check, view, budget);
        if (!check.Texts.IsEmpty)
            return Texts(check, view);
        if (!check.Bytes.IsEmpty)
            return Start(check, view);
        ReadOnlySpan<byte> stretch = view.Slice(check.At, check.Length);
        if (stretch.IsEmpty)
            return (false, $"the file has nothing at {Place(check.At)}");
        return stretch.IsAll(stretch[0])
            ? (false, $"nothing but {stretch[0]:x2} from {Place(check.At)} on for {ByteText.Exact(stretch.Length)}")
            : (true, $"{ByteText.Exact(stretch.Length)} at {Place(check.At)}");
    }

    private static (bool So, string Seen) Formats(RecipeCheck check, in FlashView view, ReadBudget budget)
    {
        if (Find(check, view, check.At, budget) is { } found)
        {
            if (check.Whole && found.Verdict == Verdict.Bad)
                return (false, $"{found.Format} at {Place(check.At)} is damaged: {found.Flaws[0].Seen}");
            if (check.Fact is not string fact)
                return (true, $"{found.Format} at {Place(check.At)}");
            string value = Convert.ToString(found[fact], CultureInfo.InvariantCulture) ?? "nothing";
            return (value == check.Is, $"{found.Format} at {Place(check.At)}, {fact} is {SafeText.Show(value)}");
        }
        foreach (long shift in check.Shifts)
        {
            if (Find(check, view, check.At + shift, budget) is { } shifted)
            {
                string where = shift < 0 ? $"{-shift:N0} bytes too early" : $"{shift:N0} bytes too late";
                return (false, $"{shifted.Format} begins at {Place(check.At + shift)}, {where}");
            }
        }
        return (false, $"no {string.Join(" or ", check.Formats)} at {Place(check.At)}: {Head(view, check.At)}");
    }

    private static Finding? Find(RecipeCheck check, in FlashView view, long flash, ReadBudget budget)
    {
        if (flash < view.First || flash >= view.End)
            return null;
        int at = (int)view.InFile(flash);
        foreach (string id in check.Formats)
        {
            FormatInput input = new(view.File, at, view.File.Length, budget) { AtStart = at == 0 };
            if (FormatRegistry.Find(id)?.Read(input) is { } found)
                return found;
        }
        return null;
    }

    private static (bool So, string Seen) Texts(RecipeCheck check, in FlashView view)
    {
        ReadOnlySpan<byte> stretch = view.Slice(check.At, check.Length);
        foreach (string text in check.Texts)
        {
            int at = stretch.IndexOf(Encoding.UTF8.GetBytes(text));
            if (at >= 0 && text.Length > 0)
                return (true, $"\"{SafeText.Show(text)}\" at {Place(check.At + at)}");
        }
        string wanted = string.Join("\" nor \"", check.Texts.Select(t => SafeText.Show(t)));
        return (false, $"neither \"{wanted}\" from {Place(check.At)} on for {ByteText.Exact(stretch.Length)}");
    }

    private static (bool So, string Seen) Start(RecipeCheck check, in FlashView view)
    {
        foreach (string hex in check.Bytes)
        {
            byte[] wanted = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
            if (wanted.Length > 0 && view.Slice(check.At, wanted.Length).SequenceEqual(wanted))
                return (true, $"{hex} at {Place(check.At)}");
        }
        return (false, Head(view, check.At));
    }

    private static string Head(in FlashView view, long flash)
    {
        ReadOnlySpan<byte> head = view.Slice(flash, Shown);
        if (head.IsEmpty)
            return $"the file has nothing at {Place(flash)}";
        StringBuilder text = new($"at {Place(flash)} stands");
        foreach (byte b in head)
            text.Append(' ').Append(b.ToString("x2", CultureInfo.InvariantCulture));
        return text.ToString();
    }

    private static string Place(long flash) => $"0x{flash:x6}";
}
