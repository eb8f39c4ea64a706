namespace Unbrick.Formats.Compression;

/// <summary>How a stretch of LZMA ended.</summary>
internal enum LzmaOutcome
{
    /// <summary>As many bytes came out as were asked for (a match may go a little beyond).</summary>
    Filled,

    /// <summary>The end marker.</summary>
    Marker,

    /// <summary>The input ran out.</summary>
    Starved,

    /// <summary>A distance that reaches back before the beginning.</summary>
    Damaged,
}
