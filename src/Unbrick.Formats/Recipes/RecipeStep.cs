using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Unbrick.Formats.Recipes;

// What a file leaves out becomes zero or null: generated readers pass over the initial values of init-only properties.

/// <summary>What is done to the result once its slices are together.</summary>
public sealed record RecipeStep
{
    public required RecipeOperation Op { get; init; }

    /// <summary>Variables to set (<see cref="RecipeOperation.Env"/>).</summary>
    public ImmutableSortedDictionary<string, string> Set { get => field ?? ImmutableSortedDictionary<string, string>.Empty; init; }

    /// <summary>The byte of padding; that of erased flash when the recipe does not say.</summary>
    public int? Byte { get; init; }

    /// <summary>Sizes are rounded up to a multiple of this.</summary>
    public long Align { get; init; }

    /// <summary>Size to pad to.</summary>
    public long To { get; init; }

    /// <summary>Fact of <see cref="Format"/> that has the size to pad to.</summary>
    public string? ToFact { get; init; }

    /// <summary>Id of a format.</summary>
    public string? Format { get; init; }

    /// <summary>In place of <see cref="Format"/>: the one of these that the result has at this point.</summary>
    public ImmutableArray<string> Formats { get => field.IsDefault ? [] : field; init; }

    /// <summary>Input that the operation takes something from.</summary>
    public string? From { get; init; }
}

/// <summary>What a step does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecipeOperation>))]
public enum RecipeOperation
{
    /// <summary>Variables of the boot loader's environment.</summary>
    [JsonStringEnumMemberName("env")]
    Env,

    /// <summary>OpenWrt's metadata and signature are taken off the end.</summary>
    [JsonStringEnumMemberName("cut-metadata")]
    CutMetadata,

    /// <summary>Padding is taken off the end.</summary>
    [JsonStringEnumMemberName("trim")]
    Trim,

    /// <summary>Padding is put to the end.</summary>
    [JsonStringEnumMemberName("pad")]
    Pad,

    /// <summary>The format writes its lengths and checksums anew.</summary>
    [JsonStringEnumMemberName("rewrite")]
    Rewrite,

    /// <summary>What the vendor's recovery would write of a container: header, seal and checksum byte are taken off.</summary>
    [JsonStringEnumMemberName("unwrap")]
    Unwrap,

    /// <summary>The partitions of an image, each where its map of the flash has it, from the start of the device's firmware region on.</summary>
    [JsonStringEnumMemberName("lay-out")]
    LayOut,

    /// <summary>Kernel and root file system of <see cref="RecipeStep.From"/> in place of those of the image.</summary>
    [JsonStringEnumMemberName("replace-firmware")]
    ReplaceFirmware,

    /// <summary>OpenWrt's metadata with the device's board names are put to the end; nothing when no device was named.</summary>
    [JsonStringEnumMemberName("metadata")]
    Metadata,
}
