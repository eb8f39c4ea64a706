using Unbrick.Formats;

namespace Unbrick.Recovery.Images;

/// <summary>What the header of a kernel says about the processor: which kind it is, and where in its memory the kernel belongs.</summary>
internal static class KernelEvidence
{
    /// <summary>No board starts a kernel for another kind of processor. Vendors mostly load theirs where OpenWrt does; both use the SDK's loader.</summary>
    private const double OtherArch = -8, OwnAddress = 1, OtherAddress = -1.5;

    public static void Weigh(Scored score, DumpPlaces dump)
    {
        if (dump.Kernels.Find(k => k is { Format: "uimage", Verdict: not Verdict.Bad }) is not { } kernel)
            return;
        if (score.Device.Arch is string own && kernel[FactName.Arch] is string arch && arch != own)
            score.Add(OtherArch);
        if (score.Device.LoadAddress is not uint wanted || kernel[FactName.Load] is not long load)
            return;
        if (load == wanted)
            score.Add(OwnAddress, $"the kernel is loaded at 0x{load:x}, as this model's");
        else
            score.Add(OtherAddress);
    }
}
