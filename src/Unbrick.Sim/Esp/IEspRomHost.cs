namespace Unbrick.Sim.Esp;

/// <summary>What the loader in the ROM asks of the board around it.</summary>
internal interface IEspRomHost
{
    /// <summary>Sends bytes, not before a moment.</summary>
    void Send(ReadOnlySpan<byte> bytes, long at);

    /// <summary>The UART has another rate for what comes and goes from now on.</summary>
    void SetBaud(int baud);

    /// <summary>An exception: everything begins anew.</summary>
    void Crash(long at);

    /// <summary>The loader is left for what is in the flash.</summary>
    void LeaveForFlash(long at);

    /// <summary>The loader is left for a program in RAM, or for nothing: it does not answer any more.</summary>
    void LeaveForRam(long at);
}
