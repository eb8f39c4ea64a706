using System.Globalization;
using System.Text;

namespace Unbrick.Core.Text;

/// <summary>Text that came from a device, a packet or a file name: one line, no control bytes, no terminal escapes, of bounded length.</summary>
public static class SafeText
{
    /// <summary>Shows bytes as UTF-8 where they are, <c>\xNN</c> where they are not printable; cut at <paramref name="most"/> characters.</summary>
    public static string Show(ReadOnlySpan<byte> bytes, int most = 80)
    {
        StringBuilder text = new();
        while (!bytes.IsEmpty && text.Length < most)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int used) == System.Buffers.OperationStatus.Done && IsPrintable(rune))
                text.Append(rune.ToString());
            else
                AppendEscaped(text, bytes[..used]);
            bytes = bytes[used..];
        }
        return bytes.IsEmpty ? text.ToString() : text.Append('…').ToString();
    }

    /// <summary>The same for text that was decoded already.</summary>
    public static string Show(string? text, int most = 80) => Show(Encoding.UTF8.GetBytes(text ?? ""), most);

    private static void AppendEscaped(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            text.Append("\\x").Append(b.ToString("x2", CultureInfo.InvariantCulture));
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => false,
        _ => true,
    };
}
