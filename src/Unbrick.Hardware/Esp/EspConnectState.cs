namespace Unbrick.Hardware.Esp;

/// <summary>What a chip was seen to do, most telling last.</summary>
public enum EspConnectState
{
    /// <summary>Nothing was received.</summary>
    Silent,

    /// <summary>Bytes come that are no text and no answer.</summary>
    Garbled,

    /// <summary>Text comes that no ESP ROM writes.</summary>
    OtherDevice,

    /// <summary>What is sent comes back.</summary>
    Echo,

    /// <summary>Its boot text says that it started from flash.</summary>
    BootedNormally,

    /// <summary>Its boot text says that it waits for a download, but it does not answer: the line to it is open.</summary>
    WaitsUnheard,

    /// <summary>The loader answers.</summary>
    DownloadMode,

    /// <summary>The port is gone.</summary>
    Gone,
}
