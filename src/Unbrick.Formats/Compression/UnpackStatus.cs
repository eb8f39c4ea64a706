namespace Unbrick.Formats.Compression;

/// <summary>How unpacking ended.</summary>
public enum UnpackStatus
{
    /// <summary>To the end, and every check that the stream has is right.</summary>
    Ok,

    /// <summary>All that is there made sense, but the stream goes on.</summary>
    Truncated,

    /// <summary>Something stands in it that no packer writes, or a check is wrong.</summary>
    Damaged,

    /// <summary>More comes out than was allowed, or it takes more memory to unpack than is given to it; right as far as it was followed.</summary>
    TooLarge,

    /// <summary>Packed in a way, or with a dictionary, that is not known here.</summary>
    Unsupported,
}
