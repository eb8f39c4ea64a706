using System.Net.NetworkInformation;

namespace Unbrick.Net.Nmrp;

/// <summary>Something worth telling or acting upon, as a fact; the words for the user are made elsewhere.</summary>
public abstract record NmrpReport
{
    /// <summary>A device answered the advertisement (or joined in with <paramref name="With"/>, from an earlier run); all others have to wait.</summary>
    public sealed record Found(PhysicalAddress Mac, NmrpCode With) : NmrpReport;

    /// <summary>It wants the file now: send it by TFTP. <paramref name="Name"/>: what it calls it; null when it does not say.</summary>
    public sealed record UploadWanted(PhysicalAddress Mac, string? Name, int Uploads) : NmrpReport;

    /// <summary>An upload under way is void: the device began again. Another <see cref="UploadWanted"/> follows, at once or later.</summary>
    public sealed record UploadVoid(PhysicalAddress Mac) : NmrpReport;

    /// <summary>
    /// It goes on as it does after a whole file, so it has one, although its last acknowledgement was lost: end the upload as complete.
    /// </summary>
    public sealed record UploadConfirmed(PhysicalAddress Mac) : NmrpReport;

    /// <summary>It took a whole file and wants one again: it did not like it.</summary>
    public sealed record Refused(PhysicalAddress Mac, int Times) : NmrpReport;

    /// <summary>It wants a file that nobody offered (string tables): it gets none.</summary>
    public sealed record UnknownFile(PhysicalAddress Mac, string Name) : NmrpReport;

    /// <summary>It writes and is alive, for the <paramref name="Times"/>th time.</summary>
    public sealed record KeepAlive(PhysicalAddress Mac, int Times) : NmrpReport;

    /// <summary>It said good bye; <paramref name="Sent"/>: after a whole file.</summary>
    public sealed record Closed(PhysicalAddress Mac, bool Sent) : NmrpReport;

    /// <summary>It fell silent before it asked for a file, or in the middle of one; the search begins anew.</summary>
    public sealed record Lost(PhysicalAddress Mac) : NmrpReport;

    /// <summary>It has said nothing for so long that nothing more will come.</summary>
    public sealed record WaitedEnough(PhysicalAddress Mac, TimeSpan Silence) : NmrpReport;

    /// <summary>Another device is on the cable, too; it was not answered.</summary>
    public sealed record OtherDevice(PhysicalAddress Mac) : NmrpReport;

    /// <summary>Another NMRP server advertises itself on this cable.</summary>
    public sealed record OtherServer(PhysicalAddress Mac) : NmrpReport;
}
