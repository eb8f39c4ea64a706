using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Unbrick.Core;
using Unbrick.Core.Problems;
using Unbrick.Recovery.Devices;
using Unbrick.Recovery.Problems;

namespace Unbrick.Recovery.Images;

/// <summary>Whether a device takes an image by a way.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ImageAnswer>))]
public enum ImageAnswer
{
    /// <summary>Everything that can be checked is right.</summary>
    [JsonStringEnumMemberName("fits")]
    Fits,

    /// <summary>The device would refuse it, or be harmed by it.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>Nothing speaks against it, but something that decides is not known.</summary>
    [JsonStringEnumMemberName("cannot-tell")]
    CannotTell,
}

/// <summary>The outcome of a check.</summary>
/// <param name="Purpose">What the file is made for.</param>
/// <param name="Way">The way that was looked at.</param>
/// <param name="Answer">The verdict.</param>
/// <param name="Reasons">In the order in which the device would stumble over them; for <c>fits</c> there are none.</param>
public sealed record ImageVerdict(ImagePurpose Purpose, ImageWay Way, ImageAnswer Answer, ImmutableArray<ImageReason> Reasons)
{
    /// <summary>The end of a job that would have sent or written it. The first reason is what the device would stumble over first.</summary>
    internal UnbrickException Refusal(string name, DeviceProfile? device) => new(
        ProblemCatalogue.Create(
            Reasons[0].Code,
            [
                device is null ? name : $"{name}, for {device.Name}",
                .. Reasons.Where(r => r.Refuses).Select(r => r.Want.Length > 0 ? $"{r.Code}: {r.Seen}; wanted: {r.Want}" : $"{r.Code}: {r.Seen}"),
            ]),
        ExitCode.BadImage);
}
