namespace Unbrick.Formats.Compression;

/// <summary>Places of the probabilities of LZMA in one array (the LZMA specification by I. Pavlov, lzma-specification.txt).</summary>
internal static class LzmaModel
{
    public const int States = 12;
    public const int IsMatch = 0;
    public const int IsRep = IsMatch + (States << 4);
    public const int IsRep0 = IsRep + States;
    public const int IsRep1 = IsRep0 + States;
    public const int IsRep2 = IsRep1 + States;
    public const int IsRep0Long = IsRep2 + States;
    public const int Slot = IsRep0Long + (States << 4);
    public const int Special = Slot + (4 << 6);
    public const int Align = Special + 128;
    public const int Length = Align + 16;
    public const int RepLength = Length + LengthSize;
    public const int Literal = RepLength + LengthSize;

    /// <summary>Inside a length coder: two choices, 16 trees of 8 for short ones, as many for middle ones, one of 256.</summary>
    public const int LengthLow = 2, LengthMid = LengthLow + (16 << 3), LengthHigh = LengthMid + (16 << 3), LengthSize = LengthHigh + 256;

    public const ushort Even = 1024;

    public static int Size(int literalBits) => Literal + (0x300 << literalBits);
}
