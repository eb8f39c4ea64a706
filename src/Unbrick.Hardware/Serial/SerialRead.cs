namespace Unbrick.Hardware.Serial;

/// <summary>How a read ended.</summary>
public enum SerialRead
{
    /// <summary>Something arrived.</summary>
    Data,

    /// <summary>The time was up and nothing had arrived.</summary>
    Silent,

    /// <summary>The port is gone: pulled out, or the other side has closed it.</summary>
    Gone,
}
