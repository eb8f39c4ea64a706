using Unbrick.Formats.Bytes;

namespace Unbrick.Formats.Flash;

/// <summary>Which boot loader a stretch of code is, by the texts it carries.</summary>
/// <param name="Variant">Word of it: <c>u-boot</c>, <c>breed</c>.</param>
/// <param name="Version">As the boot loader prints it; empty when it has none.</param>
/// <param name="Date">When it was built; empty when it does not say.</param>
internal readonly record struct BootLoaderKind(string Variant, string Version, string Date)
{
    private const int LongestText = 40;

    /// <summary>Null when none of the texts is there. More special ones first: they are all made from U-Boot.</summary>
    public static BootLoaderKind? Find(ReadOnlySpan<byte> code)
    {
        if (code.IndexOf("hackpascal"u8) >= 0 && code.IndexOf("Breed "u8) >= 0)
            return new("breed", After(code, "Breed "u8), "");
        (string version, string date) = UBoot(code);
        if (code.IndexOf("u-boot_mod"u8) >= 0 || code.IndexOf("pepe2k"u8) >= 0)
            return new("pepe2k", version, date);
        if (code.IndexOf("Ralink UBoot Version"u8) is >= 0 and int ralink)
            return new("ralink-u-boot", version.Length > 0 ? version : After(code[ralink..], "Version: "u8), date);
        if (code.IndexOf("RedBoot(tm)"u8) >= 0)
            return new("redboot", "", "");
        if (code.IndexOf("CFE version "u8) >= 0)
            return new("cfe", After(code, "CFE version "u8), "");
        if (code.IndexOf("CFE1CFE1"u8) >= 0)
            return new("cfe", "", "");
        if (code.IndexOf("Bootbase Version"u8) >= 0 || code.IndexOf("BootExtension"u8) >= 0)
            return new("bootbase", After(code, "Bootbase Version: "u8), "");
        if (code.IndexOf("EVA-Loader"u8) >= 0)
            return new("eva", "", "");
        if (code.IndexOf("ADAM2"u8) >= 0)
            return new("adam2", "", "");
        if (code.IndexOf("RouterBOOT"u8) >= 0)
            return new("routerboot", "", "");
        if (version.Length > 0)
            return new("u-boot", version, date);
        return code.IndexOf("NOTICE:  BL2"u8) >= 0 ? new("bl2", "", "") : null;
    }

    /// <summary>The version and date of <c>U-Boot 1.1.3 (May 11 2020 - 10:41:20)</c>; a bare name without a number is no version text.</summary>
    private static (string Version, string Date) UBoot(ReadOnlySpan<byte> code)
    {
        ReadOnlySpan<byte> mark = "U-Boot "u8;
        while (code.IndexOf(mark) is >= 0 and int at)
        {
            code = code[(at + mark.Length)..];
            ReadOnlySpan<byte> rest = code[..Math.Min(96, code.Length)];
            // "U-Boot SPL 2020.04" names the first stage.
            if (rest.Has("SPL "u8))
                rest = rest[4..];
            if (rest.Length < 8 || !char.IsAsciiDigit((char)rest[0]) || !rest[..6].Contains((byte)'.'))
                continue;
            int space = rest.IndexOf((byte)' ');
            int open = rest.IndexOf((byte)'('), close = open < 0 ? -1 : rest[open..].IndexOf((byte)')');
            if (space <= 0 || open < 0 || close < 0 || open > LongestText)
                continue;
            return (rest.FieldText(0, Math.Min(space, LongestText)), rest.FieldText(open + 1, close - 1));
        }
        return ("", "");
    }

    /// <summary>The word behind a mark.</summary>
    private static string After(ReadOnlySpan<byte> code, ReadOnlySpan<byte> mark)
    {
        int at = code.IndexOf(mark);
        if (at < 0)
            return "";
        ReadOnlySpan<byte> rest = code[(at + mark.Length)..];
        rest = rest[..Math.Min(LongestText, rest.Length)];
        int end = rest.IndexOfAnyExceptInRange((byte)'!', (byte)'~');
        return rest.FieldText(0, end < 0 ? rest.Length : end);
    }
}
