namespace Unbrick.Hardware.Serial.Transfer;

/// <summary>What an XMODEM or YMODEM sender waits for.</summary>
internal enum XmodemPhase
{
    /// <summary>The peer's first C or NAK.</summary>
    Start,

    /// <summary>The acknowledgement of the name.</summary>
    Name,

    /// <summary>The second C, for a moment.</summary>
    SecondStart,

    /// <summary>The acknowledgement of a block.</summary>
    Data,

    /// <summary>The acknowledgement of the end.</summary>
    End,

    /// <summary>The C for the next file, for a moment.</summary>
    AfterEnd,

    /// <summary>The acknowledgement of the empty name that says "no more files".</summary>
    LastName,

    /// <summary>Nothing more.</summary>
    Done,

    /// <summary>Nothing more.</summary>
    Failed,
}
