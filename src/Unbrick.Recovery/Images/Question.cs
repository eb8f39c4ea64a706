using Unbrick.Formats;
using Unbrick.Recovery.Devices;

namespace Unbrick.Recovery.Images;

/// <summary>What a check is about; <paramref name="Loader"/> is what is known of the boot loader's side of the way.</summary>
internal sealed record Question(CheckedImage Image, ImagePurpose Purpose, DeviceProfile? Device, ImageWay By, RecoveryWay? Loader, Expectation Expected);
