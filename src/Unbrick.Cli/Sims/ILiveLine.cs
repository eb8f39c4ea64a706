using System.Buffers;
using Unbrick.Hardware.Serial;

namespace Unbrick.Cli.Sims;

/// <summary>The serial line of a simulated thing that lives in real time.</summary>
internal interface ILiveLine
{
    /// <summary>The host's end.</summary>
    ISerialPort Port { get; }

    /// <summary>Lets the time that went by pass there, too, and takes what was said meanwhile; false when it is gone.</summary>
    bool Pass(IBufferWriter<byte> said);

    /// <summary>After something was written: lets it answer, and takes that; false when it is gone.</summary>
    bool Answer(IBufferWriter<byte> said);
}
