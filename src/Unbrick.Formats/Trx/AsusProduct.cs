using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Trx;

/// <summary>The product name in ASUS images: <c>RT-AC68U</c>. The router compares it with its own.</summary>
internal static class AsusProduct
{
    /// <summary>Letters, digits and a few signs, then NULs only.</summary>
    public static bool IsName(ReadOnlySpan<byte> field)
    {
        ReadOnlySpan<byte> name = field.Field(0, field.Length);
        if (name.Length < 3 || !field[name.Length..].IsAll(0))
            return false;
        foreach (byte b in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'-' or (byte)'_' or (byte)'+' or (byte)'.' or (byte)' '))
                return false;
        }
        return true;
    }

    public static Flaw? Differs(Finding finding, Expectation expected, int at) =>
        expected.Product is string product && finding[FactName.Product] is string has && has != product
            ? new Flaw(FlawCode.WrongProduct, $"made for {has}, the unit is a {Core.Text.SafeText.Show(product)}", at)
            : null;
}
