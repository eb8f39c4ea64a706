using System.Text.Json.Serialization;

namespace Unbrick.Recovery.BootLogs;

/// <summary>How far a boot has come, in the order in which a device goes through it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BootStage>))]
public enum BootStage
{
    /// <summary>Code in the processor itself, and what sets up the memory.</summary>
    [JsonStringEnumMemberName("rom")]
    Rom,

    /// <summary>The small first part of a boot loader.</summary>
    [JsonStringEnumMemberName("spl")]
    Spl,

    /// <summary>The boot loader.</summary>
    [JsonStringEnumMemberName("loader")]
    Loader,

    /// <summary>The boot loader fetches a file.</summary>
    [JsonStringEnumMemberName("transfer")]
    Transfer,

    /// <summary>The flash is written.</summary>
    [JsonStringEnumMemberName("write")]
    Write,

    /// <summary>The boot loader checks, unpacks and starts the kernel.</summary>
    [JsonStringEnumMemberName("image")]
    Image,

    /// <summary>The kernel.</summary>
    [JsonStringEnumMemberName("kernel")]
    Kernel,

    /// <summary>A root file system is there and its first program runs.</summary>
    [JsonStringEnumMemberName("init")]
    Init,

    /// <summary>The system is in use.</summary>
    [JsonStringEnumMemberName("user")]
    User,
}
