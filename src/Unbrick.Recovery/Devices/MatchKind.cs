using System.Text.Json.Serialization;

namespace Unbrick.Recovery.Devices;

/// <summary>How a device fits what was asked for; the closest first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MatchKind>))]
public enum MatchKind
{
    /// <summary>Its id.</summary>
    [JsonStringEnumMemberName("id")]
    Id,

    /// <summary>A board name of it (<c>vendor,model</c>).</summary>
    [JsonStringEnumMemberName("board")]
    Board,

    /// <summary>A name of it, letter by letter (blanks, dashes and case aside).</summary>
    [JsonStringEnumMemberName("name")]
    Name,

    /// <summary>The file that it asks for in its recovery.</summary>
    [JsonStringEnumMemberName("file")]
    File,

    /// <summary>All words are words of its names.</summary>
    [JsonStringEnumMemberName("words")]
    Words,

    /// <summary>All words stand somewhere in its names.</summary>
    [JsonStringEnumMemberName("part")]
    Part,

    /// <summary>It asks for a file with nearly this name.</summary>
    [JsonStringEnumMemberName("near-file")]
    NearFile,

    /// <summary>It has nearly this name.</summary>
    [JsonStringEnumMemberName("near-name")]
    NearName,
}
