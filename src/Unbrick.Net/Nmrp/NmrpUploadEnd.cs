namespace Unbrick.Net.Nmrp;

/// <summary>How the TFTP transfer to a device ended, as far as it decides what comes next.</summary>
public enum NmrpUploadEnd
{
    /// <summary>The device has, or very probably has, the whole file.</summary>
    Sent,

    /// <summary>It answered with an ERROR; it may ask again.</summary>
    Refused,

    /// <summary>It fell silent.</summary>
    Silent,
}
