using System.Text.Json.Serialization;

namespace Unbrick.Recovery.BootLogs;

/// <summary>What a line that a <see cref="BootSignature"/> knows says about a boot.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SignKind>))]
public enum SignKind
{
    /// <summary>Only a value, or a name, to keep.</summary>
    [JsonStringEnumMemberName("fact")]
    Fact,

    /// <summary>Good to know in the story of the log, and nothing more.</summary>
    [JsonStringEnumMemberName("info")]
    Info,

    /// <summary>The first line of a part: seen again, the device has started again.</summary>
    [JsonStringEnumMemberName("start")]
    Start,

    /// <summary>The stage was reached: troubles of earlier stages were none.</summary>
    [JsonStringEnumMemberName("reach")]
    Reach,

    /// <summary>The boot loader lets go and the kernel should speak next.</summary>
    [JsonStringEnumMemberName("handover")]
    Handover,

    /// <summary>The boot loader waits for commands.</summary>
    [JsonStringEnumMemberName("prompt")]
    Prompt,

    /// <summary>A file is being asked for.</summary>
    [JsonStringEnumMemberName("start-transfer")]
    StartTransfer,

    /// <summary>The flash is being changed from here on.</summary>
    [JsonStringEnumMemberName("begin")]
    Begin,

    /// <summary>Something asked for was done (a file loaded, the flash written).</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>The system is up.</summary>
    [JsonStringEnumMemberName("up")]
    Up,

    /// <summary>The device waits for someone.</summary>
    [JsonStringEnumMemberName("wait")]
    Wait,

    /// <summary>Looks bad and is not.</summary>
    [JsonStringEnumMemberName("harmless")]
    Harmless,

    /// <summary>May be a cause when nothing else is found.</summary>
    [JsonStringEnumMemberName("warn")]
    Warn,

    /// <summary>Follows from something that should be further up.</summary>
    [JsonStringEnumMemberName("vague")]
    Vague,

    /// <summary>A cause, said in words of its own.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,
}
